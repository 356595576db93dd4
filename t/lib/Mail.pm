package Mail;

# Mails that a digest sends: a mail program that keeps them, and fails as it is
# told to; and what is in them, as Python's email module reads it.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;

our @EXPORT = qw(mail_program mail_of conf_of digest mailed person deliver);

my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;
my $seen = 0;

# A mail program, and lines of a shell that it runs when it has the mail, as
# "exit 75"; without one it takes all.  Its path.
sub mail_program {
    my ($how) = @_;
    spew("$dir/how", ($how // '') . "\n");
    return "$dir/sendmail" if -e "$dir/sendmail";
    mkdir "$dir/mails";
    spew("$dir/sendmail", <<"END");
#!/bin/sh
case \$(cat $dir/how) in *EARLY*) . $dir/how ;; esac
cat >$dir/new
. $dir/how
echo "\$*" >>$dir/new.to
n=\$((\$(ls $dir/mails | wc -l) / 2))
mv $dir/new.to $dir/mails/\$n.to
mv $dir/new $dir/mails/\$n
END
    chmod 0755, "$dir/sendmail";
    return "$dir/sendmail";
}

# The lines of leadsheet.conf for it.
sub conf_of {
    my ($more, $general) = @_;
    return ($general // '') . "[digest]\nto = anna\@example.org\n"
        . "from = leads\@example.org\nsendmail = " . mail_program()
        . "\n" . ($more // '');
}

sub digest {
    my ($home, $arguments, %o) = @_;
    return leadsheet($home, ['digest', @{$arguments // []}], %o);
}

# The mails that the program has taken since the last time, read.
sub mailed {
    my @new = grep { $_ >= $seen }
        map { m{/(\d+)$} ? $1 : () } glob "$dir/mails/*";
    $seen += @new;
    return map { { %{mail_of("$dir/mails/$_")}, raw => slurp("$dir/mails/$_"),
        arguments => slurp("$dir/mails/$_.to") =~ s/\n\z//r } }
        sort { $a <=> $b } @new;
}

sub mail_of {
    my ($file) = @_;
    my $out = `python3 @{[data('mail.py')]} $file`;
    die "mail.py failed\n" if $?;
    return JSON::PP->new->utf8->decode($out);
}

# A lead of that name, as JSON; whoever has it is known by its letters.
sub person {
    my ($name, %more) = @_;
    return JSON::PP->new->utf8->canonical->encode({ urn => "urn-$name",
        full_name => $name, job_title => 'Head of Tests',
        company_name => 'Acme', linkedin_url => "https://x.example/in/$name",
        engagement_type => 'comment', comment_text => "Says $name",
        signal_name => 'Sig Nal', %more });
}

# They come, in one delivery; under those words, as of a clock's.
sub deliver {
    my ($home, $persons, %o) = @_;
    our $n;
    my $id = 'd' . ++$n;
    my $leads = join ',', map { ref ? $$_ : person($_) } @$persons;
    my $r = cgi($home, wrap => $o{wrap}, env => { PATH_INFO => '/'
        . ($o{to} // 'main') }, body => qq({"delivery_id":"$id",)
        . qq("event":"lead.enriched","data":{"leads":[$leads],"posts":[]}}));
    $r->{status} == 200 or die "$id is not kept: $r->{log}";
    return;
}

1;
