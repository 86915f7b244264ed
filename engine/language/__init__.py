"""The expression language: text -> tokens -> typed tree -> Chinese sentence. Pure; knows nothing of packages."""
