"""Who may sign in, what each may see, who looked at what."""
