"""The application: the stages in their order, the command line, settings and findings as people see them."""
