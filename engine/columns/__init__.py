"""The lowered form over columns: many cases at once, with the meaning the interpreter gives one."""
