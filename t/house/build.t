#!/usr/bin/perl
# deploy/local/build: what a library that has come, or other options, change.
# The libraries are this machine's, as far as a folder of ours tells of them.
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $copy = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
system('cp', '-R', (map { srcdir() . "/$_" } qw(configure.ac Makefile.am lib
    cgi cli page t man deploy README YOUR-LEADS HACKING
    CHANGES COPYING)), $copy) == 0
    or die "cp failed\n";
my $modules = "$copy/modules";
mkdir $modules;
delete $ENV{PKG_CONFIG_PATH};
my @folders = split /:/, `pkg-config --variable pc_path pkg-config`;
chomp @folders;
for my $folder (reverse @folders) {
    for my $file (glob "$folder/*.pc") {
        my ($name) = $file =~ m{([^/]+)$};
        unlink "$modules/$name";
        symlink $file, "$modules/$name";
    }
}
$ENV{PKG_CONFIG_LIBDIR} = $modules;

sub build {
    my (@options) = @_;
    my $out = `sh $copy/deploy/local/build build Makefile @options 2>&1`;
    return ($? >> 8, $out);
}

# What configure found: for a condition, whether it holds.
sub found {
    my ($condition) = @_;
    return slurp("$copy/build/config.status")
        =~ /^S\["${condition}_TRUE"\]=""$/m ? 1 : 0;
}
sub configured_at { return (stat "$copy/build/config.status")[9] }

rename "$modules/cmocka.pc", "$copy/cmocka.pc" or die "no cmocka.pc\n";
my ($status, $out) = build();
is($status, 0, 'it is configured without cmocka') or diag($out);
is(found('HAVE_CMOCKA'), 0, '  and has no unit tests');
is(found('HAVE_XLSX'), 1, '  but xlsx');
my $time = configured_at();
($status, $out) = build();
is(configured_at(), $time, 'nothing changed: it is not configured again');
is($out, '', '  and says nothing');
rename "$copy/cmocka.pc", "$modules/cmocka.pc" or die "rename: $!\n";
($status, $out) = build();
is($status, 0, 'cmocka is there now') or diag($out);
is(found('HAVE_CMOCKA'), 1, '  and it is configured again');

# xlsxwriter names zlib, and doesn't bring it.
my $xlsx = slurp("$modules/xlsxwriter.pc");
unlink "$modules/xlsxwriter.pc";
spew("$modules/xlsxwriter.pc", $xlsx =~ s/-lz\b/-lleadsheet-has-no-such/r);
($status, $out) = build();
is($status, 0, 'xlsxwriter without what it is linked with') or diag($out);
is(found('HAVE_XLSX'), 0, '  is none');
like($out, qr/WARNING: .*no xlsx files; .*deploy\/local\/packages build/,
    '  and what to do is said');
unlink "$modules/jansson.pc";
($status, $out) = build();
isnt($status, 0, 'without jansson it isn\'t configured');
like($out, qr/error: jansson .*is missing; .*deploy\/local\/packages build/,
    '  and what to do is said');

# Objects of other options don't stay.
unlink "$modules/xlsxwriter.pc";
spew("$modules/xlsxwriter.pc", $xlsx);
my ($jansson) = grep { -e } map { "$_/jansson.pc" } @folders;
symlink $jansson, "$modules/jansson.pc";
build();
make_path("$copy/build/lib/base");
my $object = spew("$copy/build/lib/base/bytes.o", 'of other options');
($status, $out) = build('--enable-werror');
is($status, 0, 'with other options') or diag($out);
like(slurp("$copy/build/Makefile"), qr/^WARN = .*-Werror/m,
    '  it is configured with them');
ok(!-e $object, '  and what was built with others is gone');

done_testing();
