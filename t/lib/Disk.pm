package Disk;

# Small disks of a test's own, which only root can mount; gone at its end.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;

our @EXPORT = qw(mounted unmount);

my @mounted;
my $parent = $$;

# Mount one there, by a shell's words before the directory; why not, or ''.
sub mounted {
    my ($dir, $command) = @_;
    return 'only root can mount' if $> != 0;
    my $said = `($command '$dir') 2>&1`;
    chomp $said;
    return $said || "$command: $?" if $? != 0;
    push @mounted, $dir;
    return '';
}

# All of them; what still uses one is to be stopped before.
sub unmount {
    for my $dir (reverse splice @mounted) {
        system("umount '$dir' 2>/dev/null || umount -l '$dir'") == 0
            or warn "$dir is still mounted\n";
    }
    return;
}

END {
    if ($$ == $parent) {
        my $status = $?;
        stop_all() if @mounted;
        unmount();
        $? = $status;
    }
}

1;
