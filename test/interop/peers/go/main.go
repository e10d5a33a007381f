// Command peer is crypto/tls as a peer for the interoperability tests: it reads one JSON request per line and answers
// with one JSON line. "serve" starts an echo server and answers with its port; "dial" connects, sends random bytes,
// and answers whether they came back. Standard library only.
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
	"runtime"
	"time"
)

const limit = 30 * time.Second

type request struct {
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
	// Bytes that "dial" sends.
	Length int
	// Connections that "dial" makes one after the other with the same session cache.
	Times int
}

type answer struct {
	Port    int    `json:"port,omitempty"`
	Version string `json:"version,omitempty"`
	Resumed bool   `json:"resumed"`
	Error   string `json:"error,omitempty"`
}

func configuration(r request) (*tls.Config, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(r.Authority)) {
		return nil, fmt.Errorf("no authority")
	}
	config := &tls.Config{
		MinVersion:             tls.VersionTLS12,
		MaxVersion:             tls.VersionTLS13,
		CipherSuites:           r.CipherSuites,
		CurvePreferences:       r.Groups,
		ServerName:             r.ServerName,
		RootCAs:                pool,
		ClientCAs:              pool,
		SessionTicketsDisabled: r.NoTickets,
	}
	if r.Version != 0 {
		config.MinVersion, config.MaxVersion = r.Version, r.Version
	}
	if r.ClientAuth {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	if r.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(r.Certificate), []byte(r.Key))
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func serve(r request) (answer, error) {
	config, err := configuration(r)
	if err != nil {
		return answer{}, err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		return answer{}, err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				connection.SetDeadline(time.Now().Add(limit))
				io.Copy(connection, connection)
			}()
		}
	}()
	return answer{Port: listener.Addr().(*net.TCPAddr).Port}, nil
}

func dial(r request) (answer, error) {
	config, err := configuration(r)
	if err != nil {
		return answer{}, err
	}
	config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	last := answer{}
	for i := 0; i < max(r.Times, 1); i++ {
		if last.Resumed, err = exchange(r, config); err != nil {
			return answer{}, err
		}
	}
	return last, nil
}

func exchange(r request, config *tls.Config) (bool, error) {
	connection, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.Port), config)
	if err != nil {
		return false, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(limit))
	sent := make([]byte, r.Length)
	rand.Read(sent)
	failed := make(chan error, 1)
	go func() {
		_, err := connection.Write(sent)
		failed <- err
	}()
	received := make([]byte, r.Length)
	if _, err := io.ReadFull(connection, received); err != nil {
		return false, err
	}
	if err := <-failed; err != nil {
		return false, err
	}
	if !bytes.Equal(sent, received) {
		return false, fmt.Errorf("the bytes came back changed")
	}
	return connection.ConnectionState().DidResume, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r request
		var a answer
		err := json.Unmarshal(lines.Bytes(), &r)
		if err == nil {
			switch r.Do {
			case "serve":
				a, err = serve(r)
			case "dial":
				a, err = dial(r)
			case "version":
				a.Version = runtime.Version()
			default:
				err = fmt.Errorf("unknown request %q", r.Do)
			}
		}
		if err != nil {
			a.Error = err.Error()
		}
		text, _ := json.Marshal(a)
		fmt.Println(string(text))
	}
}
