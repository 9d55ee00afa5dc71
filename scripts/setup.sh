#!/bin/sh
# Makes .venv from the pinned, hashed requirements. Done once for each state of the lock files.
set -eu
cd "$(dirname "$0")/.."
set_name=${1:-runtime}
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "requestflow needs Python 3.11 or newer; '$python' is not. Set PYTHON to one that is." >&2
  exit 2
fi

# Two makes at once share one environment: the second waits for the first.
if command -v flock >/dev/null 2>&1 && [ -z "${REQUESTFLOW_SETUP_LOCKED:-}" ]; then
  REQUESTFLOW_SETUP_LOCKED=1 exec flock .setup.lock sh "$0" "$set_name"
fi

wanted=$(cat requirements/"$set_name".txt pyproject.toml scripts/setup.sh | cksum)
mark=.venv/.installed-$set_name
if [ -x .venv/bin/python ] && [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ] \
  && .venv/bin/python -c 'import requestflow' 2>/dev/null; then
  :
else
  echo "Making .venv ($set_name) ..."
  if ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
  fi
  # The lock files are whole. Without --no-deps, pip looks at the newest release of what is asked
  # for with an extra and refuses it as not pinned.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --no-deps --require-hashes -r requirements/"$set_name".txt
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --no-deps --no-build-isolation --editable .
  echo "$wanted" > "$mark"
fi

for catalogue in requestflow/translations/*/LC_MESSAGES/messages.po; do
  compiled=${catalogue%.po}.mo
  if [ -f "$catalogue" ] && [ "$compiled" -ot "$catalogue" -o ! -f "$compiled" ]; then
    .venv/bin/pybabel -q compile -i "$catalogue" -o "$compiled"
  fi
done
