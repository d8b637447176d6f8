// Package typejson reads and writes the JSON of API types by plans that are compiled once per Go type. It does what
// sigs.k8s.io/json (strict) and encoding/json do with these types, at a third to a fifth of their price, and does nothing
// else: whatever is not plain (an unknown or duplicate field, a wrong type, a syntax error, a value that a plan does not know)
// makes it give up, and the caller asks the library, which words the refusal. So there is one law, and this is its fast path.
//
// Values are reached by pointer arithmetic (unsafe) along plans made by reflection; the memory layouts used are those that
// upstream's generated conversions rely on as well: a named string, slice or map is laid out as its underlying type.
package typejson
