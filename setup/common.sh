# Shared by ./guiju and ./test (sourced, bash): brings a bare Debian 12 with Python 3.11 to where the program runs.
# Everything is said on stderr in Chinese and English; details go to .guiju/setup.log. pip and apt keep the machine's
# own settings (index, proxy, certificates): nothing here names a host.

STATE="$ROOT/.guiju"
VENV="$ROOT/.venv"
LOG="$STATE/setup.log"
FONT_DIR="${XDG_DATA_HOME:-${HOME:-$STATE}/.local/share}/fonts/guiju"
APT_INSTALL="apt-get install -y --no-install-recommends"

AGAIN=$(printf '%q ' "$0" "$@") # the command as it was given, to be repeated (a sourced file sees its caller's)
AGAIN=${AGAIN% }

say() { printf '%s\n' "$@" >&2; }

die() {
  say "$@"
  exit 2
}

die_with_log() { # die_with_log MESSAGE... : what to do, the reason in a line, and where the rest is
  say "$@"
  reason
  die "日志 / log: $LOG"
}

reason() { # the line of the log that says most; what pip and apt write besides stays there
  local line
  line=$(grep -E '^(ERROR|E|error|Err|dpkg|.*rror):' "$LOG" | tail -n 1 | cut -c 1-200 || true)
  [[ -z "$line" ]] || say "原因 / reason: $line"
}

untrusted() { # whether the log tells of a certificate that is not trusted: an office's proxy often has one of its own
  grep -qiE 'CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|certificate verif|unable to get local issuer' "$LOG"
}

die_untrusted() { # die_untrusted WHAT...: the certificate is not trusted, and what to set
  die_with_log "guiju: 证书没有通过验证，不是网络不通（多为单位的代理用了自己的证书）/ a certificate is not trusted (often the office's proxy)." \
    "向信息部门要根证书文件（.pem），然后 / get the root certificate (.pem) from your IT department, then:" "$@"
}

# What the installation depends on. Two short processes: this runs on every start.
fingerprint() { # fingerprint run|web|dev
  local target
  target=$(readlink -f "$VENV/bin/python" || true)
  sha256sum <(printf '%s\n' "$target" "$ROOT") "$ROOT/requirements/$1.txt" "$ROOT/requirements/build.txt" \
    "$ROOT/setup/common.sh" "$ROOT/setup/fonts.py" "$ROOT"/engine/documents/{everyday,fonts,cids}.py | while read -r digest _; do printf '%s' "$digest"; done
}

is_prepared() { # is_prepared run|web|dev
  [[ -x "$VENV/bin/python" && -f "$VENV/.guiju-$1" && "$(<"$VENV/.guiju-$1")" == "$(fingerprint "$1")" ]]
}

prepare() { # prepare run|web|dev
  is_prepared "$1" && return
  [[ -w "$ROOT" ]] || die "guiju: 无法写入目录 $ROOT（需要在其中建立 .venv）/ this folder is not writable; run as its owner:" \
    "    sudo $ROOT/guiju doctor"
  mkdir -p "$STATE"
  (
    command -v flock >/dev/null && flock 9
    is_prepared "$1" || install_all "$1"
  ) 9>"$STATE/lock"
}

install_all() {
  : >"$LOG"
  say "guiju: 首次运行，正在准备环境（约几分钟）/ first run, setting up (takes a few minutes) …"
  find_python
  install_system "$1"
  create_venv
  install_locked "$1"
  fetch_fangsong
  cut_fonts
  [[ "$1" == dev ]] && fetch_libreoffice
  fingerprint "$1" >"$VENV/.guiju-$1"
  # The other locks contain the run lock, the dev lock all of them, version for version.
  [[ "$1" == run ]] || fingerprint run >"$VENV/.guiju-run"
  [[ "$1" != dev ]] || fingerprint web >"$VENV/.guiju-web"
  say "guiju: 环境就绪 / ready."
}

diagnose() { # what a first run will do, before it does anything
  local missing
  say "guiju: 还没有准备环境，先查看缺什么 / nothing is set up yet; what is missing:"
  find_python
  say "  Python      $("$PYTHON" --version 2>&1 | cut -d' ' -f2)（$(command -v "$PYTHON")）"
  missing=$(missing_packages run | cut -d' ' -f2 | xargs)
  say "  系统软件包 / system packages   ${missing:-不缺 / none}"
  say "  Python 依赖 / packages         $(grep -c '==' "$ROOT/requirements/run.txt") 个，按锁定文件安装到 $VENV"
  say "  空间 / space                   $(df -Pk "$ROOT" | awk 'NR == 2 { printf "%.1f GB", $4 / 1048576 }')"
}

find_python() {
  for PYTHON in python3.11 python3 python3.12 python3.13; do
    command -v "$PYTHON" >/dev/null && "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && return
  done
  die "guiju: 需要 Python 3.11 或更高版本 / Python 3.11 or newer is required:" \
    "    sudo apt-get update && sudo $APT_INSTALL python3 python3-venv"
}

missing_packages() { # missing_packages run|web|dev : "hard PACKAGE" (cannot go on without) or "soft PACKAGE", one per line
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || [[ -x "$VENV/bin/pip" ]] || echo "hard python3-venv"
  if ! "$VENV/bin/python" -c 'import durable_rules_engine' 2>/dev/null; then
    command -v gcc >/dev/null || echo "hard gcc"
    "$PYTHON" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' || echo "hard python3-dev"
  fi
  local known package library
  known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
  while read -r package library; do
    [[ "$known" == *"$library"* ]] || echo "soft $package"
  done <<<"libpango-1.0-0 libpango-1.0.so.0
libpangoft2-1.0-0 libpangoft2-1.0.so.0
libharfbuzz-subset0 libharfbuzz-subset.so.0"
  command -v fc-list >/dev/null || echo "soft fontconfig"
  # A rare surname character tells a font for names from one that merely has some Chinese.
  [[ -n "$(fc-list ':charset=4dae' family 2>/dev/null)" ]] || echo "soft fonts-noto-cjk"
  if [[ "$1" == dev ]]; then
    command -v pdftoppm >/dev/null || echo "soft poppler-utils"
    command -v mutool >/dev/null || echo "soft mupdf-tools" # AGPL: a program the tests run, no part of this one
    # The tests start a server of their own, on data of their own; the one Debian would start is not wanted.
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null || echo "soft postgresql"
  fi
}

install_system() { # install_system run|web|dev
  local missing names hard command
  missing=$(missing_packages "$1")
  [[ -n "$missing" ]] || return 0
  names=$(cut -d' ' -f2 <<<"$missing" | xargs)
  hard=$(grep '^hard' <<<"$missing" || true)
  command="apt-get update && $APT_INSTALL $names"
  if ! command -v apt-get >/dev/null; then
    explain_missing "$hard" "缺少系统组件（以 Debian 软件包名列出），请用本机的软件包管理器安装" \
      "system components are missing (Debian package names); install them with this system's package manager" "    $names"
  elif [[ $EUID -ne 0 ]]; then
    explain_missing "$hard" "缺少系统软件包，安装需要管理员权限，请执行" \
      "system packages are missing and installing them needs root" "    sudo sh -c '$command'"
  else
    say "guiju: 安装系统软件包 / installing system packages: $names"
    [[ "$names" != *postgresql* || -e /etc/postgresql-common/createcluster.conf ]] || no_cluster
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive $APT_INSTALL -o DPkg::Lock::Timeout=300 $names; } \
      </dev/null >>"$LOG" 2>&1; then
      untrusted && die_untrusted "    sudo cp 根证书.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates" "    $AGAIN"
      reason
      explain_missing "$hard" "系统软件包安装失败（多为网络或软件源不可用），联网后请执行" \
        "installing system packages failed (often the network or the mirror); once connected" "    $command"
    fi
  fi
}

no_cluster() { # so that installing PostgreSQL makes no database of its own and starts no server
  mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
}

explain_missing() { # explain_missing HARD CHINESE ENGLISH COMMAND : stop if something indispensable is among them
  say "guiju: $2 / $3:" "$4"
  [[ -z "$1" ]] || die "guiju: 然后重新运行 / then run again: $AGAIN"
  say "guiju: 暂时可以继续；缺了它们，PDF 或要用它们的测试做不了 / going on without; PDF output, or tests that need them, cannot be had."
}

create_venv() {
  "$VENV/bin/python" -c 'import pip' 2>/dev/null && return
  "$PYTHON" -m venv --clear "$VENV" >>"$LOG" 2>&1 ||
    die_with_log "guiju: 无法建立虚拟环境 / could not create $VENV. 请执行 / try:" "    sudo $APT_INSTALL python3-venv"
}

install_locked() { # install_locked run|web|dev
  local pip=("$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes)
  say "guiju: 安装 Python 依赖（按锁定文件逐个校验）/ installing locked Python packages …"
  # durable-rules is published as source: its build tools are locked too, hence no isolated (unlocked) build.
  if ! { "${pip[@]}" -r "$ROOT/requirements/build.txt" &&
    "${pip[@]}" --no-build-isolation -r "$ROOT/requirements/$1.txt"; } </dev/null >>"$LOG" 2>&1; then
    untrusted && die_untrusted "    PIP_CERT=根证书.pem $AGAIN"
    die_with_log "guiju: Python 依赖安装失败（多为网络不可用）/ installing Python packages failed (often the network)." \
      "联网后重新运行 / once connected run again: $AGAIN" \
      "无法联网时，在另一台同类机器上下载后带回 / without a network, fetch on a similar machine and bring the folder:" \
      "    python3 -m pip download -d wheels -r requirements/build.txt -r requirements/$1.txt" \
      "    PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels $AGAIN"
  fi
}

# 仿宋 and 楷体 are two files inside Debian's texlive-lang-chinese (49 MB to download, 330 MB if it were installed).
# Optional: without them letters fall back to Noto Serif CJK SC and `guiju doctor` says so.
fetch_fangsong() {
  [[ "${GUIJU_FANGSONG:-yes}" == yes ]] || return 0
  command -v apt-get >/dev/null && command -v fc-cache >/dev/null || return 0
  [[ -f "$FONT_DIR/FandolFang-Regular.otf" && -f "$FONT_DIR/FandolKai-Regular.otf" ]] && return
  say "guiju: 下载仿宋、楷体字体（约 49 MB，可设 GUIJU_FANGSONG=no 跳过）/ fetching FangSong and Kai fonts …"
  local work
  work=$(mktemp -d "$STATE/fonts.XXXXXX")
  if ! (
    cd "$work" && apt-get download texlive-lang-chinese && dpkg --fsys-tarfile ./*.deb |
      tar -x --wildcards '*/FandolFang-Regular.otf' '*/FandolKai-Regular.otf' &&
      mkdir -p "$FONT_DIR" && find . -name 'Fandol*.otf' -exec mv {} "$FONT_DIR/" \; && fc-cache "$FONT_DIR"
  ) </dev/null >>"$LOG" 2>&1; then
    say "guiju: 字体未能下载，公文将改用 Noto Serif CJK SC / fonts not fetched, letters use Noto Serif CJK SC."
  fi
  rm -rf "$work"
}

# Tests see how another program sets the Word files; packages' own Word layouts become PDF by it too. Optional: without it
# those tests are left out and `guiju issue` says that such a layout has no PDF.
fetch_libreoffice() {
  [[ "${GUIJU_LIBREOFFICE:-yes}" == yes ]] || return 0
  command -v soffice >/dev/null && return 0
  command -v apt-get >/dev/null && [[ $EUID -eq 0 ]] || return 0
  say "guiju: 安装 LibreOffice，测试用（约 110 MB，可设 GUIJU_LIBREOFFICE=no 跳过）/ installing LibreOffice for the tests …"
  DEBIAN_FRONTEND=noninteractive $APT_INSTALL -o DPkg::Lock::Timeout=300 libreoffice-writer-nogui fonts-liberation \
    </dev/null >>"$LOG" 2>&1 ||
    say "guiju: LibreOffice 没有装上，用到它的测试不做 / LibreOffice not installed, tests that need it are left out."
}

# PDFs take everyday characters from small fonts made of the installed ones: twice as quick, and smaller files.
cut_fonts() {
  command -v fc-cache >/dev/null || return 0
  if ! { "$VENV/bin/python" "$ROOT/setup/fonts.py" "$FONT_DIR" && fc-cache "$FONT_DIR"; } </dev/null >>"$LOG" 2>&1; then
    say "guiju: 常用字体未能生成，PDF 会慢一些 / everyday fonts not made, PDFs will take longer."
  fi
}
