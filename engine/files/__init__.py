"""The file system: the only room that opens, writes, moves or removes files. Everything else asks it."""
