-- Each place with each of the territories that hold it: told together, they are written five times faster.
SELECT place, unnest(string_split(territories, ' ')) AS territory
FROM holders_told
