"""The lowered form: a package as slots and expressions over a few kinds of row, the one meaning of every rule."""
