#!/usr/bin/perl
# deploy/sync: the folder, fetched by SFTP and by rsync as its README has it,
# from OpenSSH's server; and what the keys for that are not good for.
use strict;
use warnings;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use Sshd;
use Test::More;

my $sync = srcdir() . '/deploy/sync';
my $readme = slurp("$sync/README");
my %file = map { $_ => slurp("$sync/leadsheet-$_.conf") } qw(sftp rsync);

# Of each way: its user, who needs a shell for rsync only, and who stands for it.
# sshd complains of a home that isn't there before it runs a command, which cron
# would mail each time.
my %way = (sftp => ['leadsheet-sftp', '/nonexistent', '/usr/sbin/nologin', 'nobody'],
    rsync => ['leadsheet-rsync', '/', '/bin/sh', 'root']);
for my $name (sort keys %way) {
    my ($user, $at, $shell) = @{$way{$name}};
    ok($readme =~ m{--home-dir $at --shell $shell(?: \\)?\s+$user$}m,
        "README makes the user $user, who has no password");
    like($file{$name}, qr/^Match User $user$/m, '  whom the file is about');
    for my $path ("deploy/sync/leadsheet-$name.conf /etc/ssh/sshd_config.d/",
        "leads-key.pub /etc/ssh/leadsheet-$name.keys") {
        ok(index($readme, $path) > 0, "  and README puts $path");
    }
    my ($keys) = $file{$name} =~ /AuthorizedKeysFile (\S+)/;
    is($keys, "/etc/ssh/leadsheet-$name.keys", '  where the file looks for it');
}

if (!sshd_can()) {
    SKIP: { skip 'no sshd here, or it may not change its root directory', 1 }
    done_testing();
    exit;
}

# The folder, as leadsheet keeps it, and the keys.
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $leads = "$dir/leads";
mkdir $leads;
my $home = journal_of({map { ("2026-11-2$_" =>
    [body(qq({"urn":"a$_","full_name":"Ann"}))]) } 1 .. 3});
sub keep {
    my $r = leadsheet($home, ['export', '--every-day', $leads, '--format',
        'xlsx,csv', @_]);
    is("$r->{exit} $r->{err}", '0 ', 'the folder is kept');
    system('chgrp', '-R', 'nogroup', $leads) == 0
        && system('chmod', '-R', 'g+rX,o=', $leads) == 0 or die "chgrp failed\n";
}
keep();
my ($make) = $readme =~ /^ +(ssh-keygen .*)$/m;
sub typed {
    my ($command, $in) = @_;
    return leadsheet(undef, ['-c', "cd '$in' && $command"], program => '/bin/sh',
        env => { RCLONE_CONFIG => '/dev/null', HOME => $dir });
}
for my $name (keys %way) {
    mkdir "$dir/$name";
    mkdir "$dir/$name/Leads";
    my $r = typed($make, "$dir/$name");
    is($r->{exit}, 0, "README: $make") or diag($r->{err});
}
my $server = start_sshd(leads => $leads,
    conf => { map { $_ => $file{$_} =~ s/^Match User \K.*/$way{$_}[3]/mr }
        keys %way },
    keys => { map { $_ => slurp("$dir/$_/leads-key.pub") =~ s/\n//r } keys %way });

# A command of the README's, with the place of this test's server.
sub here {
    my ($command) = @_;
    my $sed = $command =~ s/YOUR\.SITE/127.0.0.1/gr;
    $sed =~ s/$way{$_}[0]/$way{$_}[3]/g for keys %way;
    return $sed =~ s/^sftp /sftp -F $server->{config} /r
        =~ s/"ssh /"ssh -F $server->{config} /r
        =~ s/(:sftp,host=[\d.]+)/$1,port=$server->{port},known_hosts_file=$server->{known}/r;
}
sub names_of { return join ' ', map { s{.*/}{}r } sort glob "$_[0]/*" }
my $all = names_of($leads);
is(scalar(split ' ', $all), 6, 'there are six files');

my %fetch = ('by sftp' => [sftp => qr/^ +(sftp .*)$/m],
    'by rclone' => [sftp => qr/^ +(rclone sync .*:sftp.*)$/m],
    'by rsync' => [rsync => qr/^ +(rsync .*)$/m]);
for my $by (sort keys %fetch) {
    my ($name, $pattern) = @{$fetch{$by}};
    my ($command) = $readme =~ $pattern;
    my $mirror = $by ne 'by sftp';
    SKIP: {
        my ($program) = $command =~ /^(\S+)/;
        grep { -x "$_/$program" } split /:/, $ENV{PATH}
            or skip "$program is not installed: run sh t/run", 1;
        my $in = "$dir/$name/Leads";
        system('rm', '-rf', $in);
        mkdir $in;
        spew("$in/leads-2026-11-20.csv", 'of someone who was erased') if $mirror;
        my $r = typed(here($command), "$dir/$name");
        is($r->{exit}, 0, "$by: README's command fetches the folder")
            or diag("$r->{err}\n" . slurp($server->{log}));
        is(names_of($in), $all, '  all of it, and nothing else');
        is(system('diff', '-rq', '-x', '.leadsheet-days', $leads, $in), 0,
            '  as it is');
        ok(!-e "$in/.leadsheet-days", '  but for what is leadsheet\'s');
    }
}

# What is the key not good for?
sub key {
    my ($name, @command) = @_;
    return leadsheet(undef, ['-F', $server->{config}, '-i',
        "$dir/$name/leads-key", @command], program => '/usr/bin/ssh');
}
sub sftp {
    my ($batch) = @_;
    return leadsheet(undef, ['-F', $server->{config}, '-i',
        "$dir/sftp/leads-key", '-b', '-', 'nobody@127.0.0.1'],
        program => '/usr/bin/sftp', stdin => $batch);
}
# The folder's rights would let both users write; the ways in don't.
system('chmod', '-R', 'g+rwX', $leads) == 0 or die "chmod failed\n";
my $before = tree_of($leads);
my $r = key('sftp', 'nobody@127.0.0.1', 'id >&2; echo in');
unlike("$r->{out}$r->{err}", qr/uid=|\bin\b/, 'the key for SFTP runs no command');
$r = sftp("pwd\nls /\n");
like($r->{out}, qr{/leads$}m, '  it begins in the folder');
unlike($r->{out}, qr/^etc|^usr/m, '  and sees no other folder of the machine');
for my $try ("rm leads-2026-11-21.csv", "put $dir/rsync/leads-key.pub new",
    'mkdir new', 'rename leads-2026-11-21.csv new', 'chmod 777 leads-2026-11-21.csv',
    'get /beside', 'get ../../etc/passwd') {
    $r = sftp("$try\n");
    isnt($r->{exit}, 0, "  and can't $try");
}
is(tree_of($leads), $before, '  so that all is as it was');
$r = key('sftp', '-N', '-o', 'ExitOnForwardFailure=yes', '-R',
    free_port() . ':127.0.0.1:1', 'nobody@127.0.0.1');
isnt($r->{exit}, 0, '  no tunnel leads here');
$r = key('sftp', '-W', "127.0.0.1:$server->{port}", 'nobody@127.0.0.1');
like($r->{err}, qr/prohibited|open failed/, '  nor away from here');
$r = key('sftp', 'root@127.0.0.1', 'true');
isnt($r->{exit}, 0, '  and it is nobody else\'s');
$r = key('rsync', 'nobody@127.0.0.1', 'true');
isnt($r->{exit}, 0, '  nor is another key good for it');
$r = leadsheet(undef, ['-F', $server->{config}, '-o',
    'PreferredAuthentications=password', 'nobody@127.0.0.1', 'true'],
    program => '/usr/bin/ssh');
like($r->{err}, qr/Permission denied \(publickey\)/, '  and no password is asked');

$r = key('rsync', 'root@127.0.0.1', 'id >&2; echo in');
unlike("$r->{out}$r->{err}", qr/uid=|^in$/m, 'the key for rsync runs no command');
sub rsync {
    return leadsheet(undef, ['-rt', '-e', "ssh -F $server->{config} -i "
        . "$dir/rsync/leads-key", @_], program => '/usr/bin/rsync');
}
$r = rsync("$dir/rsync/leads-key.pub", 'root@127.0.0.1:new');
isnt($r->{exit}, 0, '  nor does it write');
$r = rsync('--remove-source-files', 'root@127.0.0.1:', "$dir/rsync/gone/");
is(tree_of($leads), $before, '  nor remove');
for my $out ('/etc/passwd', '../beside') {
    $r = rsync("root\@127.0.0.1:$out", "$dir/rsync/out");
    ok(!-e "$dir/rsync/out", "  and $out is not to be had")
        or diag("$r->{exit} $r->{out}$r->{err}");
}

sub tree_of {
    my ($where) = @_;
    return scalar `cd '$where' && find . -type f -exec sha256sum {} + | sort`;
}

done_testing();
