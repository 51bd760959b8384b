// Command sizes says how large the values are that the compiler says escape.
//
//	sizes [-folder DIR] <said.json >sizes.json
//
// Reads {"sites": [{"file", "line", "column", "text", "moved", "boxed"}, …], "captures": [{"file", "line", "column",
// "name", "by_reference"}, …]}, the files relative to DIR, the folder of a package; writes as many [{"bytes",
// "pointers", "note", "free"}, …] as there are sites, bytes null where the size is not known, which the note explains.
// Free is why nothing is allocated although it "escapes"; empty where something may be.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

// Site is a value as the compiler names it. Moved: it is a variable, not an expression. Boxed: it is the box of another
// site on that line, which has the same text and is what is put into it.
type Site struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Text   string `json:"text"`
	Moved  bool   `json:"moved"`
	Boxed  bool   `json:"boxed"`
}

// Capture is how closures hold the variable that is declared there.
type Capture struct {
	File        string `json:"file"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Name        string `json:"name"`
	ByReference bool   `json:"by_reference"`
}

// Size is what a site allocates.
type Size struct {
	Bytes    *int64 `json:"bytes"`
	Pointers bool   `json:"pointers"`
	Note     string `json:"note"`
	Free     string `json:"free"`
}

func main() {
	folder := flag.String("folder", ".", "the package's folder")
	flag.Parse()
	if err := run(*folder); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n", err)
		os.Exit(2)
	}
}

func run(folder string) error {
	var said struct {
		Sites    []Site    `json:"sites"`
		Captures []Capture `json:"captures"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&said); err != nil {
		return fmt.Errorf("the sites: %w", err)
	}
	checked, err := load(folder)
	if err != nil {
		return err
	}
	checked.captures = said.Captures
	sizes := make([]Size, len(said.Sites))
	for i, site := range said.Sites {
		sizes[i] = checked.size(site)
	}
	return json.NewEncoder(os.Stdout).Encode(sizes)
}
