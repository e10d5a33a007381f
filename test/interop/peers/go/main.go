// Command peer is crypto/tls as a peer for the interoperability tests. It reads one JSON request per line and answers
// each with one JSON line that bears the same id, in any order. "serve" starts an echo server and answers with its port;
// "seen" tells what that server negotiated with the client of a port; "dial" connects, sends random bytes and demands
// them back. Standard library only; compiles with Go 1.19.
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"runtime"
	"sync"
	"time"
)

const limit = 30 * time.Second

type request struct {
	Id           int
	Do           string
	Port         int
	ServerName   string
	Version      uint16
	CipherSuites []uint16
	Groups       []tls.CurveID
	Certificate  string
	Key          string
	Authority    string
	ClientAuth   bool
	NoTickets    bool
	Alpn         []string
	Ocsp         []byte
	// Bytes that "dial" sends.
	Length int
	// Connections that "dial" makes one after the other with the same session cache.
	Times int
}

type seen struct {
	Version          uint16 `json:"version"`
	CipherSuite      uint16 `json:"cipherSuite"`
	Group            uint64 `json:"group,omitempty"`
	Resumed          bool   `json:"resumed"`
	Alpn             string `json:"alpn"`
	PeerCertificates int    `json:"peerCertificates"`
	Ocsp             []byte `json:"ocsp,omitempty"`
}

type answer struct {
	Id      int    `json:"id"`
	Port    int    `json:"port,omitempty"`
	Runtime string `json:"runtime,omitempty"`
	Seen    *seen  `json:"seen,omitempty"`
	Error   string `json:"error,omitempty"`
}

// What the servers of this process negotiated, by the client's port.
type record struct {
	mutex sync.Mutex
	ready *sync.Cond
	ports map[int]seen
}

var served = func() *record {
	r := &record{ports: map[int]seen{}}
	r.ready = sync.NewCond(&r.mutex)
	return r
}()

func (r *record) put(port int, s seen) {
	r.mutex.Lock()
	r.ports[port] = s
	r.mutex.Unlock()
	r.ready.Broadcast()
}

func (r *record) take(port int) (*seen, error) {
	timer := time.AfterFunc(limit, r.ready.Broadcast)
	defer timer.Stop()
	until := time.Now().Add(limit)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for {
		if s, ok := r.ports[port]; ok {
			delete(r.ports, port)
			return &s, nil
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("no handshake with port %d was completed", port)
		}
		r.ready.Wait()
	}
}

func see(state tls.ConnectionState) seen {
	s := seen{
		Version:          state.Version,
		CipherSuite:      state.CipherSuite,
		Resumed:          state.DidResume,
		Alpn:             state.NegotiatedProtocol,
		PeerCertificates: len(state.PeerCertificates),
		Ocsp:             state.OCSPResponse,
	}
	// Go tells the group since 1.25 only.
	if field := reflect.ValueOf(state).FieldByName("CurveID"); field.IsValid() {
		s.Group = field.Uint()
	}
	return s
}

func configuration(r request) (*tls.Config, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(r.Authority)) {
		return nil, fmt.Errorf("no authority")
	}
	config := &tls.Config{
		MinVersion:             r.Version,
		MaxVersion:             r.Version,
		CipherSuites:           r.CipherSuites,
		CurvePreferences:       r.Groups,
		ServerName:             r.ServerName,
		RootCAs:                pool,
		ClientCAs:              pool,
		SessionTicketsDisabled: r.NoTickets,
		NextProtos:             r.Alpn,
	}
	if r.ClientAuth {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	if r.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(r.Certificate), []byte(r.Key))
		if err != nil {
			return nil, err
		}
		pair.OCSPStaple = r.Ocsp
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func serve(r request) (answer, error) {
	config, err := configuration(r)
	if err != nil {
		return answer{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return answer{}, err
	}
	go func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			go echo(tls.Server(socket, config))
		}
	}()
	return answer{Port: listener.Addr().(*net.TCPAddr).Port}, nil
}

func echo(connection *tls.Conn) {
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(limit))
	if connection.Handshake() != nil {
		return
	}
	served.put(connection.RemoteAddr().(*net.TCPAddr).Port, see(connection.ConnectionState()))
	io.Copy(connection, connection)
}

func dial(r request) (answer, error) {
	config, err := configuration(r)
	if err != nil {
		return answer{}, err
	}
	config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	last := answer{}
	for i := 0; i < r.Times; i++ {
		if last.Seen, err = exchange(r, config); err != nil {
			return answer{}, err
		}
	}
	return last, nil
}

func exchange(r request, config *tls.Config) (*seen, error) {
	dialer := &net.Dialer{Timeout: limit}
	connection, err := tls.DialWithDialer(dialer, "tcp", fmt.Sprintf("127.0.0.1:%d", r.Port), config)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(limit))
	sent := make([]byte, r.Length)
	rand.Read(sent)
	received := make([]byte, r.Length)
	for from, half := 0, r.Length/2; from < r.Length; from += half {
		failed := make(chan error, 1)
		go func() {
			_, err := connection.Write(sent[from : from+half])
			failed <- err
		}()
		if _, err := io.ReadFull(connection, received[from:from+half]); err != nil {
			return nil, err
		}
		if err := <-failed; err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(sent, received) {
		return nil, fmt.Errorf("the bytes came back changed")
	}
	s := see(connection.ConnectionState())
	return &s, nil
}

func handle(line []byte) answer {
	var r request
	var a answer
	err := json.Unmarshal(line, &r)
	if err == nil {
		switch r.Do {
		case "serve":
			a, err = serve(r)
		case "dial":
			a, err = dial(r)
		case "seen":
			a.Seen, err = served.take(r.Port)
		case "runtime":
			a.Runtime = runtime.Version()
		default:
			err = fmt.Errorf("unknown request %q", r.Do)
		}
	}
	if err != nil {
		a.Error = err.Error()
	}
	a.Id = r.Id
	return a
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	var output sync.Mutex
	for lines.Scan() {
		line := append([]byte(nil), lines.Bytes()...)
		go func() {
			text, _ := json.Marshal(handle(line))
			output.Lock()
			defer output.Unlock()
			fmt.Println(string(text))
		}()
	}
}
