#!/usr/bin/env bash
# The sanitizers' tests with the compiler that CC and CXX name: `make test` has them with the usual one.
# BUILD_DIR is where the ordinary programs are, by the usual compiler, that they run beside; HEAPTOLL_SANITIZE_BUILD_DIR is
# where their own build goes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scripts/setup.sh --for=test
# Newer packages of clang leave the sanitizers' libraries to another one.
if [[ ${CC:-} == clang* && ! -e $("$CC" -print-file-name="libclang_rt.asan-$(uname -m).so") ]]; then
    as_root=()
    [[ $(id -u) == 0 ]] || as_root=(sudo)
    major=$("$CC" -dumpversion | cut -d. -f1)
    "${as_root[@]}" apt-get install --yes --no-install-recommends "libclang-rt-$major-dev"
fi
python=$(scripts/find-python.sh pytest hypothesis yaml numpy scipy pandas matplotlib jinja2)
build=${BUILD_DIR:-build}
env -u CC -u CXX cmake -S . -B "$build" -DHEAPTOLL_TESTS=ON -DHEAPTOLL_WERROR=ON
cmake --build "$build" --parallel "$(nproc)"
HEAPTOLL_BUILD_DIR=$build exec "$python" -m pytest tests/e2e/test_sanitizers.py
