// Judges certificate chains with crypto/x509: one JSON case a line on standard input, one line of answer for each on
// standard output, "ok" or why not.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

type testCase struct {
	Roots [][]byte
	// Leaf first.
	Chain [][]byte
	Name  string
	// Seconds since 1970.
	Time int64
}

func judge(c testCase) (err error) {
	roots, others := x509.NewCertPool(), x509.NewCertPool()
	for _, der := range c.Roots {
		if cert, err := x509.ParseCertificate(der); err == nil {
			roots.AddCert(cert)
		}
	}
	for _, der := range c.Chain[1:] {
		if cert, err := x509.ParseCertificate(der); err == nil {
			others.AddCert(cert)
		}
	}
	leaf, err := x509.ParseCertificate(c.Chain[0])
	if err != nil {
		return err
	}
	_, err = leaf.Verify(x509.VerifyOptions{
		DNSName:       c.Name,
		Roots:         roots,
		Intermediates: others,
		CurrentTime:   time.Unix(c.Time, 0),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	return err
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var c testCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answer := "ok"
		if err := judge(c); err != nil {
			answer = strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Fprintln(out, answer)
	}
}
