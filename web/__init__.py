"""The workbench (工作台): pages for reviewers over the same engine. It imports the engine, never the reverse."""
