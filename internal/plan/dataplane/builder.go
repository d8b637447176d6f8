package dataplane

// Builder builds Desired states one after another and reuses the Rules of owners whose objects are the same (by
// pointer: they are immutable), so that one changed endpoint costs one service.
type Builder struct{}

// NewBuilder makes an empty Builder.
func NewBuilder() *Builder { return &Builder{} }

// Build decides the whole state. Earlier results stay valid.
func (b *Builder) Build(in Input) Desired { return Desired{} }

func sortLoopback(ports []LoopbackPort) {}
