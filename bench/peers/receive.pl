#!/usr/bin/perl
# The same job in Perl, as CGI.  A delivery is known by a file with its id as
# the name, made under the lock and after the rows.  With LEADS_SYNC=1 they are
# on the disk before the answer.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex sha256_hex);
use Fcntl qw(LOCK_EX);
use IO::Handle;
use JSON::XS;
use POSIX ();

my @LEAD = qw(urn full_name headline company_name job_title location
    linkedin_url engagement_type signal_name reaction_type comment_text
    connections followers industry company_size post_id);
my @COLUMNS = (qw(received_at delivery_id timestamp), @LEAD,
    qw(post_url post_text post_date extra));
my $json = JSON::XS->new->utf8;

sub answer {
    my ($status, $what) = @_;
    print "Status: $status\r\nContent-Type: application/json\r\n\r\n",
        $json->encode({ status => $what });
    exit;
}

# Every bit of it is looked at, wherever the first difference is.
sub same {
    my ($one, $other) = @_;
    return length $one == length $other && ($one ^ $other) !~ /[^\0]/;
}

sub row {
    return join(',', map {
        my $cell = ref ? JSON::XS->new->encode($_) : $_ // '';
        $cell =~ /[",\r\n]/ ? '"' . $cell =~ s/"/""/gr . '"' : $cell;
    } @_) . "\r\n";
}

my $body = do { local $/; binmode STDIN; <STDIN> } // '';
answer('401 Unauthorized', 'bad signature')
    unless same(hmac_sha256_hex($body, $ENV{LEADS_SECRET}),
        $ENV{HTTP_X_WEBHOOK_SIGNATURE} // '');
my $d = eval { $json->decode($body) };
my $leads = eval { $d->{data}{leads} };
answer('400 Bad Request', 'no delivery') unless ref $leads eq 'ARRAY';
my $id = $d->{delivery_id} // '';
$id = sha256_hex($body) if $id !~ /\A[\w-]{1,200}\z/;

my %posts = map { $_->{id} => $_ } @{$d->{data}{posts} // []};
my $now = POSIX::strftime('%Y-%m-%d %H:%M:%S', gmtime);
my $rows = '';
for my $lead (@$leads) {
    my $post = $posts{$lead->{post_id} // ''} // {};
    my %extra = %$lead;
    delete @extra{@LEAD};
    $rows .= row($now, $id, $d->{timestamp}, @$lead{@LEAD},
        @$post{qw(url text date)}, %extra ? \%extra : undef);
}
utf8::encode($rows);

my $dir = $ENV{LEADS_DIR};
open my $sheet, '>>:raw', "$dir/leads.csv"
    or answer('503 Service Unavailable', 'no sheet');
flock $sheet, LOCK_EX or answer('503 Service Unavailable', 'no lock');
answer('200 OK', 'duplicate') if -e "$dir/seen/$id";
$rows = row(@COLUMNS) . $rows if -s $sheet == 0;
(print $sheet $rows) && $sheet->flush
    && (($ENV{LEADS_SYNC} // '') ne '1' || $sheet->sync)
    && open my $seen, '>', "$dir/seen/$id"
    or answer('503 Service Unavailable', 'not kept');
answer('200 OK', 'stored');
