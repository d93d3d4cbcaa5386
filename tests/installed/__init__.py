"""What a user of the installed package does, in a folder of their own."""
