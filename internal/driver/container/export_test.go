package container

// For the tests of package container_test, which need packages that import this one.
var (
	Suite       = suite
	Script      = script
	TestOptions = testOptions
	OpenNative  = openNative
	TestContext = testContext
	MustSandbox = mustSandbox
	MustStart   = mustStart
	MustWait    = mustWait
	LogText     = logText
	Await       = await
	BenchStart  = benchStart
	Memory      = proportional
)
