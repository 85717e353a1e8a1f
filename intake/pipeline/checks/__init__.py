"""What the papers themselves allow to be seen: checks C01–C91, each a finding with its section of the guide."""
