package apiserver

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
)

// extensionSwagger is what an extension server last added to the swagger document.
type extensionSwagger struct {
	mu   sync.Mutex
	at   time.Time
	said *schema.Swagger
}

// swagger asks an extension server for its swagger document, unless that is known. One that is away, or has none, leaves what
// it said before.
func (s *Server) swagger(ctx context.Context, c api.Cluster, e *remote) *schema.Swagger {
	d := &e.docs.swagger
	d.mu.Lock()
	defer d.mu.Unlock()
	now := s.Clock()
	if !e.available || now.Sub(d.at) <= docsFresh {
		return d.said
	}
	ctx, cancel := context.WithTimeout(ctx, docsLimit)
	defer cancel()
	d.at = now
	var doc json.RawMessage
	err := s.fetch(ctx, c, e, "/openapi/v2", &doc)
	if err == nil {
		var read *schema.Swagger
		if read, err = schema.ReadSwagger(doc, e.group, e.version); err == nil {
			d.said = read
		}
	}
	if err != nil {
		s.Log.Debug("an extension server has no swagger document", "group", e.group, "version", e.version, "err", err)
	}
	return d.said
}

// mergedSwagger keeps the last swagger documents of a cluster that has extensions: making one takes a while.
type mergedSwagger struct {
	mu   sync.Mutex
	docs [2]mergedDocument // JSON and protobuf
}

type mergedDocument struct {
	hash string
	gz   []byte
}

// swaggerDocument is the swagger document of a cluster, with what its extension servers add.
func (s *Server) swaggerDocument(c *call, custom *schema.Custom, proto bool) (schema.Document, error) {
	list, err := s.extensionsOf(c.cluster)
	if err != nil {
		return schema.Document{}, err
	}
	var more []*schema.Swagger
	for _, e := range list {
		if !e.outside() {
			continue
		}
		if said := s.swagger(c.r.Context(), c.cluster, e); said != nil {
			more = append(more, said)
		}
	}
	doc, err := s.Law.OpenAPIV2With(custom, proto, more)
	if err != nil || len(more) == 0 {
		return doc, err
	}
	kept := s.ext.merged(c.cluster)
	kept.mu.Lock()
	defer kept.mu.Unlock()
	at := &kept.docs[0]
	if proto {
		at = &kept.docs[1]
	}
	if at.hash != doc.Hash {
		gz, err := doc.Gzip()
		if err != nil {
			return schema.Document{}, err
		}
		*at = mergedDocument{doc.Hash, gz}
	}
	return schema.Made(at.gz, at.hash), nil
}

// merged is where the documents of a cluster are kept.
func (x *extensions) merged(c api.Cluster) *mergedSwagger {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.swaggers == nil {
		x.swaggers = map[api.Cluster]*mergedSwagger{}
	}
	if x.swaggers[c] == nil {
		x.swaggers[c] = &mergedSwagger{}
	}
	return x.swaggers[c]
}
