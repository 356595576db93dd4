package Load;

# Deliveries by wrk, signed beforehand, each sent once.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;

our @EXPORT = qw(load);

# Send so many, or as many as there is time for; what wrk says.
sub load {
    my ($home, $port, $count, $seconds) = @_;
    my $file = "$home/.bodies";
    spew($file, join '', map { sign($_) . "\t$_\n" } deliveries(5, $count, 1));
    spew("$home/.wrk.lua", <<"END");
local lines, n, threads = {}, 0, 0
for l in io.lines("$file") do lines[#lines + 1] = l end
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function request()
    n = n + 1
    local l = lines[(n - 1) * 2 + first + 1]
    if l == nil then wrk.thread:stop(); l = lines[1] end
    local signature, body = l:match("^(%x+)\\t(.*)\$")
    return wrk.format("POST", "/main",
        {["X-Webhook-Signature"] = signature}, body)
end
END
    my $out = `wrk -t2 -c32 -d${seconds}s --latency -s $home/.wrk.lua \\
        http://127.0.0.1:$port/`;
    die "wrk: $out" if $out =~ /Non-2xx/ || $?;
    return $out;
}

1;
