module sealwire.test/peer

go 1.19
