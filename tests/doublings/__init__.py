"""Small recursive schemas that ask the same of one value twice, under a limit of steps."""
