package replicas

// firstStart is how many pods an owner without any may create at once.
const firstStart = 8

// Start bounds the creates of one plan of an owner whose status has no place for a failure. It starts slowly: no more
// than the owner has already, so that an owner whose pods are refused (by a quota, a webhook) asks for few of them each
// time it tries again, and one whose pods are taken doubles with every plan.
func Start(have, most int) int { return min(max(firstStart, have), most) }
