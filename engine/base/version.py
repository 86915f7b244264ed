"""The version of the program, recorded with what it decides and writes."""

VERSION = "0.1.0"
