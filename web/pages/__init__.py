"""One module a group of pages: reads the request, asks a service, renders a template."""
