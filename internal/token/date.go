package token

import (
	"time"

	"gopkg.in/go-jose/go-jose.v2/jwt"
)

// Date is a time in the form of a claim.
func Date(t time.Time) *jwt.NumericDate { return jwt.NewNumericDate(t) }
