package nodeapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/driver/host"
)

// Bounds of a query for logs of the machine (KEP-2258), kubelet's.
const (
	maxQueryLines    = 100_000
	maxQueryServices = 4
	maxServiceName   = 256
	queryTimeout     = 30 * time.Second
)

// logQuery is what /logs/?query= asks for: lines of services, or a file below /var/log.
type logQuery struct {
	services, files    []string
	since, until       *time.Time
	lines, boot        *int
	pattern            string
	anything, selected bool // whether it is a query at all, and whether it wants but some of the lines
}

// parseLogQuery reads a query; what cannot be read is named.
func parseLogQuery(v url.Values) (q logQuery, errs field.ErrorList) {
	for _, name := range v["query"] {
		if strings.ContainsAny(name, `/\`) { // a file, not a service
			q.files = append(q.files, name)
		} else if strings.TrimSpace(name) != "" {
			q.services = append(q.services, name)
		}
	}
	if v.Has("query") && len(q.files)+len(q.services) == 0 {
		errs = append(errs, field.Invalid(field.NewPath("query"), v["query"], "may not be empty"))
	}
	for name, to := range map[string]**time.Time{"sinceTime": &q.since, "untilTime": &q.until} {
		if text := v.Get(name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				errs = append(errs, field.Invalid(field.NewPath(name), text, "invalid time format"))
			}
			*to = &at
		}
	}
	for name, to := range map[string]**int{"boot": &q.boot, "tailLines": &q.lines} {
		if text := v.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				errs = append(errs, field.Invalid(field.NewPath(name), text, err.Error()))
			}
			*to = &n
		}
	}
	q.pattern = v.Get("pattern")
	q.selected = q.since != nil || q.until != nil || q.boot != nil || q.lines != nil || q.pattern != ""
	q.anything = q.selected || len(q.files)+len(q.services) > 0
	slices.SortFunc(errs, func(a, b *field.Error) int { return cmp.Compare(a.Field, b.Field) })
	return q, errs
}

// serviceName are the characters that a name may be of which is handed to a program.
var serviceName = regexp.MustCompile(`^[a-zA-Z\-_.:0-9@]+$`)

// validate says what of a query cannot be had from the files below dir.
func (q *logQuery) validate(dir string) (errs field.ErrorList) {
	at := field.NewPath("query")
	for _, s := range q.services {
		if len(s) > maxServiceName {
			errs = append(errs, field.Invalid(at, s, fmt.Sprintf("length must be less than %d", maxServiceName)))
		} else if !serviceName.MatchString(s) {
			errs = append(errs, field.Invalid(at, s, "input contains unsupported characters"))
		}
	}
	if n := len(q.services); n > maxQueryServices {
		errs = append(errs, field.TooMany(at, n, maxQueryServices))
	}
	switch {
	case len(q.files)+len(q.services) == 0:
		errs = append(errs, field.Required(at, "cannot be empty with options"))
	case len(q.files) > 0 && len(q.services) > 0:
		errs = append(errs, field.Invalid(at, fmt.Sprintf("%v, %v", q.files, q.services), "cannot specify a file and service"))
	case len(q.files) > 1:
		errs = append(errs, field.Invalid(at, q.files, "cannot specify more than one file"))
	case len(q.files) == 1 && q.selected:
		errs = append(errs, field.Invalid(at, q.files, "cannot specify file with options"))
	case len(q.files) == 1:
		f, err := os.OpenInRoot(dir, strings.TrimPrefix(q.files[0], "/"))
		if err != nil {
			errs = append(errs, field.Invalid(at, q.files, err.Error()))
			break
		}
		_ = f.Close() // only looked whether it is there
	}
	if q.since != nil && q.until != nil && q.since.After(*q.until) {
		errs = append(errs, field.Invalid(field.NewPath("untilTime"), q.until, "must be after `sinceTime`"))
	}
	if q.boot != nil && *q.boot > 0 {
		errs = append(errs, field.Invalid(field.NewPath("boot"), *q.boot, "must be less than 1"))
	}
	if q.lines != nil && (*q.lines < 0 || *q.lines > maxQueryLines) {
		errs = append(errs, field.Invalid(field.NewPath("tailLines"), *q.lines, fmt.Sprintf("must be between 0 and %d, inclusive", maxQueryLines)))
	}
	if _, err := syntax.Parse(q.pattern, syntax.Perl); err != nil {
		errs = append(errs, field.Invalid(field.NewPath("pattern"), q.pattern, err.Error()))
	}
	return errs
}

// journalArgs are the options of a query in journalctl's words.
func (q *logQuery) journalArgs() (args []string) {
	const layout = "2006-1-2 15:4:5"
	if q.since != nil {
		args = append(args, "--since="+q.since.UTC().Format(layout))
	}
	if q.until != nil {
		args = append(args, "--until="+q.until.UTC().Format(layout))
	}
	if q.lines != nil {
		args = append(args, "--pager-end", fmt.Sprintf("--lines=%d", *q.lines))
	}
	if q.pattern != "" {
		args = append(args, "--grep="+q.pattern)
	}
	if q.boot != nil {
		args = append(args, "--boot", strconv.Itoa(*q.boot))
	}
	return args
}

// machineLogs serves the files below dir, and where queries are let in lines of services: of the journal, else of their files. Our own
// log is that of "gantry", and of "kubelet", whom it stands for.
type machineLogs struct {
	dir, own     string
	off, queries bool
}

// ServeHTTP implements http.Handler; the path is below /logs/.
func (l machineLogs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.off {
		http.Error(w, "logs endpoint is disabled.", http.StatusMethodNotAllowed)
		return
	}
	files := http.FileServer(http.Dir(l.dir))
	if !l.queries {
		files.ServeHTTP(w, r)
		return
	}
	q, errs := parseLogQuery(r.URL.Query())
	switch {
	case len(errs) > 0:
		http.Error(w, errs.ToAggregate().Error(), http.StatusBadRequest)
		return
	case !q.anything:
		files.ServeHTTP(w, r)
		return
	case r.URL.Path != "/" && r.URL.Path != "":
		http.Error(w, "path not allowed in query mode", http.StatusNotAcceptable)
		return
	}
	if errs := q.validate(l.dir); len(errs) > 0 {
		http.Error(w, errs.ToAggregate().Error(), http.StatusNotAcceptable)
		return
	}
	if len(q.files) == 1 {
		r.URL.Path = q.files[0]
		files.ServeHTTP(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), queryTimeout)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain;charset=UTF-8")
	l.copy(ctx, w, &q)
}

// copy writes the lines. The answer is under way by then: what goes wrong is a line of it, as with kubelet.
func (l machineLogs) copy(ctx context.Context, w io.Writer, q *logQuery) {
	var native, inFiles []string
	for _, s := range q.services {
		if host.JournalHas(ctx, s) {
			native = append(native, s)
		} else {
			inFiles = append(inFiles, s)
		}
	}
	if len(native) > 0 {
		if err := host.Journal(ctx, native, q.journalArgs(), w); err != nil {
			fmt.Fprintf(w, "\nerror: journal output not available\n")
		}
	}
	if len(inFiles) > 0 && q.selected {
		fmt.Fprintf(w, "\noptions present and query resolved to log files for %v\ntry without specifying options\n", inFiles)
		return
	}
	for _, s := range inFiles {
		switch err := l.copyFile(w, s); {
		case errors.Is(err, os.ErrNotExist):
			fmt.Fprintf(w, "\nlog not found for %s\n", s)
		case err != nil:
			fmt.Fprintf(w, "\nerror getting log for %s: %v\n", s, err)
		}
	}
}

// copyFile writes the first file that a service is likely to log to.
func (l machineLogs) copyFile(w io.Writer, service string) error {
	for _, name := range []string{service, service + ".log", service + "/" + service + ".log"} {
		f, err := os.OpenInRoot(l.dir, name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		defer f.Close()
		if st, err := f.Stat(); err != nil {
			return err
		} else if st.IsDir() {
			continue
		}
		_, err = io.Copy(w, f)
		return err
	}
	if l.own != "" && (service == "gantry" || service == "kubelet") {
		f, err := os.Open(l.own)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	}
	return os.ErrNotExist
}
