"""What the commands share: reading questions, printing answers, opening an ``Assistant`` with a progress bar."""
