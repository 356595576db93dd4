#!/bin/sh
# The same job as a script for adnanh/webhook, which has verified the signature
# (hooks.json) and gives the body in a file.  A delivery is known by a file with
# its id as the name.  With LEADS_SYNC=1 the rows are on the disk before the
# answer.
set -eu
exec 9>>"$LEADS_DIR/leads.csv"
rows=$(mktemp "$LEADS_DIR/rows.XXXXXX")
trap 'rm -f "$rows"' EXIT
jq -r --arg now "$(date -u '+%F %T')" '
	["urn", "full_name", "headline", "company_name", "job_title",
	"location", "linkedin_url", "engagement_type", "signal_name",
	"reaction_type", "comment_text", "connections", "followers",
	"industry", "company_size", "post_id"] as $names
	| . as $d | INDEX(.data.posts[]; .id) as $posts
	| .delivery_id, (.data.leads[] | . as $lead
	| ($posts[.post_id // ""] // {}) as $post
	| [$now, $d.delivery_id, $d.timestamp, $lead[$names[]],
	$post.url, $post.text, $post.date,
	(delpaths([$names[] | [.]]) | if . == {} then null else tojson end)]
	| @csv)' "$PAYLOAD" >"$rows"
read -r id <"$rows"
case $id in
*[!0-9A-Za-z-]* | '') exit 1 ;;
esac
flock 9
[ ! -e "$LEADS_DIR/seen/$id" ] || exit 0
tail -n +2 "$rows" >&9
[ "$LEADS_SYNC" != 1 ] || sync -d "$LEADS_DIR/leads.csv"
: >"$LEADS_DIR/seen/$id"
