"""接口: what other systems of the office may ask over HTTP. The same services as the pages, behind tokens with scopes."""
