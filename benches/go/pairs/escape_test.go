package pairs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var diagnostic = regexp.MustCompile(`(?m)^\./([a-z_0-9]+\.go):(\d+):\d+: (.*)$`)

// departures compares what the compiler says with the comments at the ends of lines: on one that ends in `// heap`
// something must escape or move to the heap, on one that ends in `// stack` nothing may. It returns what is otherwise.
func departures(file, source, said string) []string {
	escapes := map[string]bool{}
	for _, found := range diagnostic.FindAllStringSubmatch(said, -1) {
		if strings.Contains(found[3], "escapes to heap") || strings.HasPrefix(found[3], "moved to heap") {
			escapes[found[1]+":"+found[2]] = true
		}
	}
	var wrong []string
	for i, line := range strings.Split(source, "\n") {
		place := fmt.Sprintf("%s:%d", file, i+1)
		switch {
		case strings.HasSuffix(line, "// heap") && !escapes[place]:
			wrong = append(wrong, place+" stays on the stack")
		case strings.HasSuffix(line, "// stack") && escapes[place]:
			wrong = append(wrong, place+" escapes to the heap")
		}
	}
	return wrong
}

func sources(t *testing.T) (files map[string]string, said string) {
	t.Helper()
	output, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go build -gcflags=-m: %v\n%s", err, output)
	}
	paths, _ := filepath.Glob("*.go")
	files = map[string]string{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(path, "_test.go") {
			files[path] = string(content)
		}
	}
	return files, string(output)
}

func TestTheCompilerPutsEachSideWhereItsCommentSays(t *testing.T) {
	files, said := sources(t)
	for file, source := range files {
		for _, wrong := range departures(file, source, said) {
			t.Error(wrong)
		}
	}
}

func TestACommentThatSaysTheOppositeIsFound(t *testing.T) {
	files, said := sources(t)
	for _, file := range []string{"returned_pointer.go", "boxed_value.go", "array_size.go", "captured_closure.go"} {
		opposite := strings.NewReplacer("// heap\n", "// stack\n", "// stack\n", "// heap\n").Replace(files[file])
		comments := strings.Count(files[file], "// heap\n") + strings.Count(files[file], "// stack\n")
		if found := len(departures(file, opposite, said)); found != comments || comments < 6 {
			t.Errorf("%s: %d of %d comments were found to be wrong", file, found, comments)
		}
	}
}
