# Sourced by the checkers of cells: breaks a copy of the sources, one line at a time, to see that the fault
# is found.

status=0

# copy_sources FOLDER: the runtime and what it is built from, in a workspace of these alone.
copy_sources() {
    copy=$1
    rm -rf "$copy"
    mkdir -p "$copy"
    cp -R Cargo.lock rust-toolchain.toml link macros runtime "$copy"
    sed -e '/^members = \[/,/^\]/c\members = ["link", "macros", "runtime"]' -e '/^default-members/d' \
        Cargo.toml >"$copy/Cargo.toml"
    # Crates for other systems too, which the next line reads of.
    cargo fetch --quiet --locked
    # The lock file without what the rest of the workspace needs.
    (cd "$copy" && cargo metadata --quiet --offline --format-version 1 >"$copy/metadata.json")
}

# fault FILE BEFORE AFTER EXPECTED COMMAND..: with BEFORE, a part of one line of FILE in runtime/src/cell,
# turned into AFTER, COMMAND in the copy must fail and say EXPECTED (a regular expression).
fault() {
    local file="$copy/runtime/src/cell/$1" before=$2 after=$3 expected=$4
    shift 4
    [ "$(grep -cF "$before" "$file")" = 1 ] || {
        echo "FAILED  $file does not have \`$before\` in one line" >&2
        exit 1
    }
    cp "$file" "$copy/original.rs"
    BEFORE=$before AFTER=$after perl -pi -e 's/\Q$ENV{BEFORE}\E/$ENV{AFTER}/' "$file"
    if (cd "$copy" && "$@") >"$copy/fault.log" 2>&1; then
        echo "FAILED  not found: \`$before\` as \`$after\`" >&2
        status=1
    elif ! grep -qE "$expected" "$copy/fault.log"; then
        cat "$copy/fault.log" >&2
        echo "FAILED  \`$before\` as \`$after\` fails without saying \`$expected\`" >&2
        status=1
    else
        echo "found   \`$before\` as \`$after\`"
    fi
    cp "$copy/original.rs" "$file"
}
