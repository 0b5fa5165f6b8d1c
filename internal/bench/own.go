package bench

// Own is what this process itself has used so far, for a part that measures what it does and not what it serves.
func Own() Usage { return ownUsage() }
