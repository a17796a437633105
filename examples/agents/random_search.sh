#!/bin/sh
# An agent in shell: takes something out of its submission at random and keeps what scores better.
#
#     rebench run optimize_kernel --agent command:examples/agents/random_search.sh --tier small --time-limit 5m
#
# It shows all that an agent needs to know of rebench: variables named REBENCH_…, and the program `score` on its PATH. A source file loses
# a line, any other file gets two of its blocks of 512 bytes exchanged: it will not get far.
set -u
file=$(printf '%s\n' "$REBENCH_SUBMISSION" | head -n 1)
kept=.random_search/${file##*/}
tries=${RANDOM_SEARCH_TRIES:-1000}
state=$((${REBENCH_SEED:-0} % 2147483647))

next() { # a number below $1, into $number
  state=$(((state * 16807 + 12345) % 2147483647))
  number=$((state % $1))
}

ask() { # the score, into $score; empty where the submission is not valid. False where there is no answer
  answer=$(score --json)
  case $answer in *'"ok":true'* | *'"ok": true'*) ;; *) return 1 ;; esac
  score=$(number_named score)
}

number_named() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'": *\(-\{0,1\}[0-9][-+.0-9eE]*\).*/\1/p'; }

better() { # whether $1 is better than $2
  [ -n "$1" ] || return 1
  [ -n "$2" ] || return 0
  awk -v a="$1" -v b="$2" -v direction="$REBENCH_DIRECTION" 'BEGIN {exit !(direction == "lower" ? a + 0 < b + 0 : a + 0 > b + 0)}'
}

late() { awk -v used="$(number_named workingSeconds)" -v limit="$(number_named timeLimitSeconds)" 'BEGIN {exit !(used > 0.9 * limit)}'; }

take_line() {
  next "$(($(wc -l <"$file") + 1))"
  sed "$((number + 1))d" "$file" >"$file.new" && mv "$file.new" "$file"
}

exchange_blocks() { # in the last half, where headers are not
  half=$(($(wc -c <"$file") / 1024))
  [ "$half" -gt 1 ] || return
  next "$half" && first=$((half + number))
  next "$half" && second=$((half + number))
  dd if="$file" of="$kept.block" bs=512 skip="$first" count=1 2>/dev/null
  dd if="$file" of="$file" bs=512 skip="$second" seek="$first" count=1 conv=notrunc 2>/dev/null
  dd if="$kept.block" of="$file" bs=512 seek="$second" count=1 conv=notrunc 2>/dev/null
}

mkdir -p .random_search
if [ "${REBENCH_RESUMED:-0}" = 1 ] && [ -e "$kept" ]; then
  cp "$kept" "$file" # what was being tried is of no use
elif [ ! -e "$file" ]; then
  # The largest of its kind among the data.
  found=$(find "${REBENCH_DATA:-/data}" -name "*.${file##*.}" -size +0 -exec ls -S {} + | head -n 1)
  [ -n "$found" ] || { echo "there is no $file to begin with" >&2; exit 1; }
  cat "$found" >"$file"
fi
cp "$file" "$kept"
best=
ask && best=$score
while [ "$tries" -gt 0 ]; do
  tries=$((tries - 1))
  case $file in *.py | *.rs | *.json | *.txt) take_line ;; *) exchange_blocks ;; esac
  ask || break
  if better "$score" "$best"; then
    best=$score
    cp "$file" "$kept"
    echo "better: $best"
  else
    cp "$kept" "$file"
  fi
  late && break
done
cp "$kept" "$file"
