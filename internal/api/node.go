package api

// UsageWindow is the header in which a node says, with its summary of what it uses, over which time its rates were
// measured ("10.2s").
const UsageWindow = "Gantry-Usage-Window"
