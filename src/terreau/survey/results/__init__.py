"""What the answers of a survey say: methods, secrecy, working results and published editions."""
