#!/usr/bin/perl
# t/fresh around a small root of busybox's, made by a stand-in for mmdebstrap;
# with the real one CI runs it.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $fresh = srcdir() . '/t/fresh';
my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;
mkdir "$dir/$_" for qw(bin tmp tree packages);
local $ENV{TMPDIR} = "$dir/tmp";
local $ENV{LEADSHEET_PACKAGES} = "$dir/packages";
local $ENV{PATH} = "$dir/bin:$ENV{PATH}";

# A program of that name that is found before the system's.
sub stub {
    my ($name, $script) = @_;
    spew("$dir/bin/$name", "#!/bin/sh\n$script\n");
    chmod 0755, "$dir/bin/$name";
    return;
}
sub fresh {
    my ($command, %o) = @_;
    my $out = `@{[$o{as} // '']} sh $dir/tree/t/fresh $command 2>&1 </dev/null`;
    return ($? >> 8, $out);
}

# A tree of its own: what is committed is what is cloned.
system("mkdir -p $dir/tree/t $dir/tree/deploy/local && cp $fresh $dir/tree/t "
    . "&& cp @{[srcdir()]}/deploy/local/packages $dir/tree/deploy/local && cd "
    . "$dir/tree && git init -q && git add -A && git -c user.name=t -c "
    . 'user.email=t commit -qm t && echo later >later') == 0 or die "git\n";

my ($status, $out) = fresh('');
is($status, 64, 'no command: EX_USAGE');
like($out, qr/^usage: sh t\/fresh COMMAND/, '  with its usage');
SKIP: {
    skip 'only root can become another', 2 if $> != 0;
    ($status, $out) = fresh('true',
        as => 'setpriv --reuid=nobody --clear-groups');
    is($status, 77, 'without root: EX_NOPERM');
    like($out, qr/only root can: sudo sh t\/fresh true$/m,
        '  and what to do is said');
}
stub('unshare', 'exit 1');
stub('id', 'echo 0');
($status, $out) = fresh('true');
is($status, 69, 'no mounts of its own: EX_UNAVAILABLE');
like($out, qr/doesn't let root make mounts of its own.*another/,
    '  and it says so');
unlink "$dir/bin/unshare";

SKIP: {
    skip 'only root can make a root directory', 26 if $> != 0;
    skip 'no mounts can be made here', 26
        if system('unshare --mount --pid --fork true 2>/dev/null') != 0;
    stub('mmdebstrap', 'echo "E: no such mirror"; exit 1');
    ($status, $out) = fresh('true');
    is($status, 69, 'mmdebstrap fails: EX_UNAVAILABLE');
    like($out, qr/^E: no such mirror$/m, '  and why is shown');
    is_deeply([glob "$dir/tmp/*"], [], '  and nothing is left');

    # The root is the argument after the suite.
    stub('mmdebstrap', <<'END');
while [ "${1#--}" != "$1" ]; do shift; done
for d in bin etc/apt proc sys dev run tmp root usr/share/keyrings usr/bin \
    var/cache/apt/archives; do mkdir -p "$2/$d"; done
cp /bin/busybox "$2/bin/"
for name in sh ls cat id mount unshare sleep touch env pwd mkdir; do
	ln -s busybox "$2/bin/$name"
done
END
    ($status, $out) = fresh(q(sh -c 'exit 7'));
    is($status, 7, 'the command\'s exit status is t/fresh\'s');
    like($out, qr/ended with 7: sh -c exit 7$/m, '  and is said');
    is_deeply([glob "$dir/tmp/*"], [], '  and nothing is left');
    local $ENV{LEADSHEET_HOME} = '/nonexistent';
    local $ENV{SEED} = 'a b';
    ($status, $out) = fresh(q(sh -c 'pwd; ls -a; ls /; env; echo $$'));
    is($status, 0, 'in it') or diag($out);
    like($out, qr{^/leadsheet\n\.\n\.\.\n\.git\ndeploy\nt\n}m,
        '  is a clone of HEAD, and what is not committed is not in it');
    like($out, qr/^t\/fresh: what is not committed is not in it$/m,
        '  which is said');
    unlike($out, qr/^LEADSHEET_HOME=/m, '  and little of the environment');
    like($out, qr/^SEED=a b$/m, '  but SEED');
    ($status, $out) = fresh(q(sh -c 'unshare -m mount -t tmpfs x /root && echo yes; ls /proc; ls /tmp /run'));
    like($out, qr/^yes$/m, '  mounts can be made');
    is_deeply([grep { $_ > 20 } $out =~ /^(\d+)$/mg], [],
        '  no process of the machine is seen');

    # What it leaves running ends with it.
    my $mark = 100000 + $$;    # seconds; no one else sleeps that long
    ($status, $out) = fresh(qq(sh -c 'sleep $mark & exit 0'));
    is($status, 0, 'a command that leaves a process behind');
    my $there = sub { grep { (-e $_ ? eval { slurp($_) } // '' : '')
        =~ /\Asleep\x{0}\Q$mark\E/ } glob '/proc/[0-9]*/cmdline' };
    is(scalar $there->(), 0, '  which ends as well');
    for my $signal (qw(INT TERM HUP)) {
        my $pid = fork // die "fork: $!\n";
        if ($pid == 0) {
            open STDOUT, '>', "$dir/out";
            open STDERR, '>&', \*STDOUT;
            $SIG{INT} = 'DEFAULT';
            exec 'sh', "$dir/tree/t/fresh", 'sh', '-c',
                "echo started; sleep $mark";
        }
        wait_for(sub { -e "$dir/out" && slurp("$dir/out") =~ /^started/m });
        kill $signal, $pid;
        waitpid $pid, 0;
        isnt($?, 0, "SIG$signal ends it");
        ok(wait_for(sub { !$there->() }), '  and its processes');
        is_deeply([glob "$dir/tmp/*"], [], '  and nothing is left');
    }
    spew("$dir/packages/a_1_all.deb", 'a');
    ($status, $out) = fresh(q(sh -c 'cat /var/cache/apt/archives/a_1_all.deb && touch /var/cache/apt/archives/b_1_all.deb'));
    like($out, qr/^a/m, 'packages of an earlier run are there');
    ok(-e "$dir/packages/b_1_all.deb", '  and new ones are kept');
}

done_testing();
