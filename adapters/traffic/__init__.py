"""What every platform with a network between us and it needs alike: how large, how fast, and how often."""
