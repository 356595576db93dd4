#!/usr/bin/php-cgi
<?php
/*
 * The same job in PHP, for php-fpm and php-cgi.  A delivery is known by a file
 * with its id as the name, made under the lock and after the rows: who is
 * killed in between writes them twice, but loses none.  With LEADS_SYNC=1 the
 * rows are on the disk before the answer.
 */
const LEAD = ['urn', 'full_name', 'headline', 'company_name', 'job_title',
    'location', 'linkedin_url', 'engagement_type', 'signal_name',
    'reaction_type', 'comment_text', 'connections', 'followers', 'industry',
    'company_size', 'post_id'];
const COLUMNS = ['received_at', 'delivery_id', 'timestamp', ...LEAD,
    'post_url', 'post_text', 'post_date', 'extra'];

function answer(int $status, string $what): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    exit(json_encode(['status' => $what]));
}

function rows(array $d, string $id): string
{
    $posts = array_column($d['data']['posts'] ?? [], null, 'id');
    $known = array_flip(LEAD);
    $now = gmdate('Y-m-d H:i:s');
    $out = fopen('php://memory', 'r+');
    foreach ($d['data']['leads'] as $lead) {
        $row = [$now, $id, $d['timestamp'] ?? ''];
        foreach (LEAD as $name)
            $row[] = $lead[$name] ?? '';
        $post = $posts[$lead['post_id'] ?? ''] ?? [];
        $extra = array_diff_key($lead, $known);
        array_push($row, $post['url'] ?? '', $post['text'] ?? '',
            $post['date'] ?? '', $extra ? json_encode($extra) : '');
        fputcsv($out, $row, ',', '"', '', "\r\n");
    }
    rewind($out);
    return stream_get_contents($out);
}

$body = file_get_contents('php://input');
$digest = hash_hmac('sha256', $body, getenv('LEADS_SECRET'));
if (!hash_equals($digest, $_SERVER['HTTP_X_WEBHOOK_SIGNATURE'] ?? ''))
    answer(401, 'bad signature');
$d = json_decode($body, true);
if (!is_array($d['data']['leads'] ?? null))
    answer(400, 'no delivery');
$id = $d['delivery_id'] ?? '';
if (!is_string($id) || !preg_match('/\A[\w-]{1,200}\z/', $id))
    $id = hash('sha256', $body);
$rows = rows($d, $id);

$dir = getenv('LEADS_DIR');
$sheet = fopen("$dir/leads.csv", 'a');
if (!$sheet || !flock($sheet, LOCK_EX))
    answer(503, 'no lock');
if (file_exists("$dir/seen/$id"))
    answer(200, 'duplicate');
if (fstat($sheet)['size'] === 0)
    $rows = implode(',', COLUMNS) . "\r\n" . $rows;
if (fwrite($sheet, $rows) !== strlen($rows) ||
    getenv('LEADS_SYNC') === '1' && !fdatasync($sheet) ||
    !touch("$dir/seen/$id"))
    answer(503, 'not kept');
fclose($sheet);
answer(200, 'stored');
