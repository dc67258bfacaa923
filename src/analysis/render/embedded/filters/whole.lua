-- Makes a page a part of the whole report as one document: its title becomes a heading, what the
-- site alone shows in HTML becomes text, and its names begin with the page's own.
-- The engine passes the page's name as the metadata key `embedded-page`, the page's folder as
-- `embedded-folder`, and the names of the pages by their source as `embedded-names`.

local page, folder, names

local function named(identifier, of)
  local kind = identifier:match("^%a%a%a%-")
  if kind == "fig-" or kind == "tbl-" or kind == "sec-" then
    return kind .. of .. "--" .. identifier:sub(5)
  end
  return of .. "--" .. identifier
end

-- The place of what a page names, from the root of the project.
local function place(path)
  if path:sub(1, 1) == "/" then return path:sub(2) end
  local parts = {}
  for part in ((folder ~= "" and folder .. "/" or "") .. path):gmatch("[^/]+") do
    if part == ".." then table.remove(parts) elseif part ~= "." then table.insert(parts, part) end
  end
  return table.concat(parts, "/")
end

local function with_name(element)
  if element.identifier ~= "" then element.identifier = named(element.identifier, page) end
  return element
end

local function cite(element)
  for _, citation in ipairs(element.citations) do citation.id = named(citation.id, page) end
  return element
end

local function image(element)
  if not element.src:match("^%a[%w+.-]*:") then element.src = "/" .. place(element.src) end
  return with_name(element)
end

-- A link within the report leads to what is there: not every place of the site is.
local function link(element)
  local path, fragment = element.target:match("^([^#]*)#?(.*)$")
  local of = path == "" and page or names[place(path)]
  if element.target:match("^%a[%w+.-]*:") or not of then return nil end
  local target = fragment == "" and of or named(fragment, of)
  local inside = pandoc.Inlines({ pandoc.RawInline("typst", '#place-in-report("' .. target .. '")[') })
  inside:extend(element.content)
  inside:insert(pandoc.RawInline("typst", "]"))
  return inside
end

-- What stands in places of its own on the site stands in a row here.
local function apart(inlines)
  for at = #inlines - 1, 1, -1 do
    if inlines[at].t == "Span" and inlines[at + 1].t == "Span" then
      inlines:insert(at + 1, pandoc.Str(" · "))
    end
  end
  return inlines
end

-- The heading of a folded part, and the rest of what is HTML for the site. Tables have a filter.
local function block(element)
  if not element.format:match("^html") or element.text:find("<table[%s>]") then return nil end
  local text = element.text:gsub("<script.-</script>", "")
  local summary = text:match("^%s*<details[^>]*>%s*<summary>(.-)</summary>%s*$")
  if summary then
    local heading = pandoc.Inlines({ pandoc.RawInline("typst", "#block(sticky: true)[") })
    heading:insert(pandoc.Strong(pandoc.utils.blocks_to_inlines(pandoc.read(summary, "html").blocks)))
    heading:insert(pandoc.RawInline("typst", "]"))
    return pandoc.Plain(heading)
  end
  return pandoc.read(text, "html").blocks:walk({
    traverse = "topdown",
    Inlines = apart,
    -- Within a text of its own on the site: heads of boxes are no headings here.
    Div = function(div) return div.content end,
    Span = function(span) return span.attributes["aria-hidden"] and {} or span.content end,
  })
end

local function has_html_only(div)
  return div.classes:includes("content-visible") and div.attributes["when-format"] == "html"
end

function Pandoc(doc)
  page = pandoc.utils.stringify(doc.meta["embedded-page"])
  folder = pandoc.utils.stringify(doc.meta["embedded-folder"])
  names = {}
  for source, name in pairs(doc.meta["embedded-names"]) do
    names[source] = pandoc.utils.stringify(name)
  end
  local blocks = doc.blocks:walk({
    traverse = "topdown",
    Div = function(div) if has_html_only(div) then return {}, false end end,
  })
  blocks = blocks:walk({ RawBlock = block })
  blocks = blocks:walk({ Link = link, Image = image, Cite = cite, Header = with_name,
    Div = with_name, Span = with_name, Code = with_name, CodeBlock = with_name,
    Figure = with_name, Table = with_name })
  if doc.meta.description then blocks:insert(1, pandoc.Para(doc.meta.description)) end
  blocks:insert(1, pandoc.Header(1, doc.meta.title, { id = page }))
  doc.blocks = blocks
  return doc
end
