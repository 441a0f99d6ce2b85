-- Accepts jobs of this partition and posts others to theirs, all or none. ARGV: mode, how many posts; for each its partition
-- and what is to be accepted there; then what accept.lua takes. Returns what accept returns, and the numbers of the posts.
local count_of_posts = tonumber(ARGV[2])
local outcomes = accept(3 + 2 * count_of_posts)
local numbers = {}
for i = 1, count_of_posts do
  numbers[i] = post(ARGV[1 + 2 * i], "", ARGV[2 + 2 * i])
end
return { outcomes, numbers }
