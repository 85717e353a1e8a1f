"""The product's version, said once: packaging and `saapuva version` read it here."""

VERSION = "0.1.0"
