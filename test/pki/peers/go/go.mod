module sealwire.test/pki

go 1.19
