package Site;

# A web site of a test's own: a home, a certificate, free ports, and a real web
# server before it, run with the files of deploy/ as they are shipped: only
# paths, ports and users are put in their place.  What a kind of server needs
# is in a module of its own (Nginx, Apache, ...), which makes one of these:
#
#   name      what it is called in a test
#   start     start the server, and wait until it answers
#   log       the file that its error log goes to
#   reload    have the server read its files again
#   restart   end the workers, and have others in their place; CGI has none
#   limit     the server's setting that limits a body, as [name, shipped, low]
#   curl      more arguments for curl, a list
#   breaks    why a long log line does not stay whole, where it doesn't
#   seamless  no delivery has to come again when it is reloaded or renewed
#   hangs     why a request may get no answer at all while it reads them
#   page      the page is there as well: the files of deploy/ that say where,
#             and what is replaced in them; see t/lib/PageDoors.pm

use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path);
use Leadsheet;

# Made, and not started.  Takes these, and home and settings as home() does.
sub new {
    my ($class, %self) = @_;
    # Each may wait for all the others.
    my $settings = ($self{settings} // '') . "lock_timeout = @{[PATIENCE]}\n";
    my $self = bless { home => home($settings), prefix => '/leads',
        tls => free_port(), http => free_port(), replace => {}, %self },
        $class;
    $self->{run} = "$self->{home}/.run";
    make_path("$self->{run}/temp");
    # A copy: the tree may lie where a server's user can't go, and a new
    # binary is put in its place.
    $self->{program} = "$self->{run}/leadsheet.fcgi";
    $self->{page_program} = "$self->{run}/leadsheet-page.fcgi";
    $self->install;
    system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        . "-nodes -days 2 -subj /CN=localhost -keyout '$self->{run}/key' "
        . "-batch -out '$self->{run}/cert' 2>'$self->{run}/openssl.log'") == 0
        or die slurp("$self->{run}/openssl.log");
    $self->{log} //= "$self->{run}/error.log";
    return $self;
}

# Put the program in its place, as an upgrade does: by another name first.
sub install {
    my ($self) = @_;
    put(program(), $self->{program});
    put(builddir() . '/page/leadsheet-page.fcgi', $self->{page_program})
        if $self->{page};
    return;
}

sub put {
    my ($from, $to) = @_;
    copy($from, "$to.new") or die "copy $from: $!\n";
    chmod 0755, "$to.new";
    rename "$to.new", $to or die "rename: $!\n";
    return;
}

# As root the home is given to the user that the workers run as.
sub belongs_to {
    my ($self, $user) = @_;
    return if $> != 0;
    system('chown', '-R', "$user:", "$self->{home}/main", $self->{run}) == 0
        or die "chown failed\n";
    chown((getpwnam $user)[2, 3], $self->{home});
    return;
}

# A file of deploy/, by its name below it, with each of these texts replaced; a
# text that isn't in there is no longer what is shipped.
sub shipped {
    my ($self, $name, %replace) = @_;
    my $text = slurp(srcdir() . "/deploy/$name");
    for my $from (sort { length $b <=> length $a } keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g
            or die "deploy/$name has no $from\n";
    }
    if (my $low = $self->{lowered}) {
        my (undef, $from, $to) = @{$self->{limit}};
        $text =~ s/\Q$from\E/$to/g;
    }
    my $path = "$self->{run}/" . ($name =~ s{.*/}{}r);
    return spew($path, $text);
}

# The page's own file, as shipped() has it, in the words that a server includes
# another file with; '' where there is no page.
sub page_include {
    my ($self, $words) = @_;
    return '' unless $self->{page};
    return sprintf $words, $self->shipped(@{$self->{page}});
}

# Wait until the server listens.
sub wait_until_up {
    my ($self) = @_;
    wait_for(sub { Leadsheet::connects($self->{tls})
        && Leadsheet::connects($self->{http}) })
        or die "$self->{name} doesn't start: "
            . (-e $self->{log} ? slurp($self->{log}) : '') . "\n";
    return;
}

sub url {
    my ($self, $path, $scheme) = @_;
    $scheme //= 'https';
    my $port = $scheme eq 'https' ? $self->{tls} : $self->{http};
    return "$scheme://127.0.0.1:$port$self->{prefix}$path";
}

# One request, through TLS unless the scheme is http; the answer taken apart.
# Signed, unless signature says otherwise: undef, a text, or a list.
sub ask {
    my ($self, $body, %o) = @_;
    my $run = $self->{run};
    my $signature = exists $o{signature} ? $o{signature} : sign($body);
    my %headers = ('Content-Type' => 'application/json', Expect => '',
        %{$o{headers} // {}});
    spew("$run/body", $body);
    my $method = $o{method} // 'POST';
    unlink "$run/answer", "$run/head";
    my @command = ('curl', '-sk', '--path-as-is', '-m', PATIENCE, '-X', $method,
        '-D', "$run/head", '-o', "$run/answer",
        $method eq 'GET' ? () : ('--data-binary', "\@$run/body"),
        (map { ('-H', "$_:" . ($headers{$_} ne '' ? " $headers{$_}" : '')) }
            sort keys %headers),
        (map { ('-H', $_ eq '' ? 'X-Webhook-Signature;'
            : "X-Webhook-Signature: $_") } grep { defined }
            ref $signature ? @$signature : $signature),
        @{$self->{curl} // []}, @{$o{curl} // []},
        $self->url($o{path} // '/main', $o{scheme}));
    system @command;
    my $head = -e "$run/head" ? slurp("$run/head") : '';
    # The last one: there may be a 100 before it.
    ($head) = $head =~ m{(HTTP/(?:(?!HTTP/).)*)\z}s;
    my ($status) = ($head // '') =~ m{\AHTTP/\S+ (\d+)};
    my %got = map { /^([^:]+): *(.*?)\r?$/ ? (lc $1 => $2) : () }
        split /\n/, $head // '';
    my $content = -e "$run/answer" ? slurp("$run/answer") : '';
    return { status => $status // 0, headers => \%got, content => $content,
        json => scalar Leadsheet::json($content) };
}

1;
