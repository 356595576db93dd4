package Bundle;

# The tarball for shared hosting: made once, and put in its place as its README
# says.

use strict;
use warnings;
use Exporter qw(import);
use Fcntl qw(:flock);
use File::Path qw(make_path);
use Leadsheet;

our @EXPORT = qw(make_bundle unpack_bundle);

# The tarball's path.  Two tests want it at the same time, so one waits.
sub make_bundle {
    my $builddir = builddir();
    open my $makefile, '<', "$builddir/Makefile" or die "$builddir: $!\n";
    flock $makefile, LOCK_EX or die "flock: $!\n";
    my $said = `make -C '$builddir' bundle 2>&1`;
    my ($tarball) = $said =~ /^bundle: (\S+\.tar\.gz)$/m;
    return $tarball // die "make bundle: $said\n";
}

# Below a customer's directory: the folder leadsheet, and leads and page in the web
# folder.  The home has a secret as if the file manager had made it.
sub unpack_bundle {
    my ($customer, $web) = @_;
    make_path("$customer/$web");
    system('tar', '-xzf', make_bundle(), '-C', $customer) == 0
        or die "tar failed\n";
    for my $folder (qw(leads page)) {
        rename "$customer/leadsheet/$folder", "$customer/$web/$folder"
            or die "rename: $!\n";
    }
    my $home = "$customer/leadsheet/home";
    spew("$home/main/secret", secret() . "\n");
    chmod 0600, "$home/main/secret";
    return $home;
}

1;
