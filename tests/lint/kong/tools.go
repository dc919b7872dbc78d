//go:build tools

// Package kongcheck pins decK, whose sums stand in go.sum, for the check of kong.yml.
package kongcheck

import _ "github.com/kong/deck"
