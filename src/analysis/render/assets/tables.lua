-- Turns raw HTML tables into pandoc tables for typst and docx, which have no HTML.
-- Colours, bold text, alignment and column widths come from the inline style of each cell.
-- Both engines use it, so that a table is laid out alike in both.

-- In HTML the tables are well as they are; Quarto runs the filter there too.
if FORMAT:match("^html") then return {} end

local TYPST = FORMAT == "typst"

local function styles(attributes)
  local found = {}
  for name, value in (attributes.style or ""):gmatch("([%w-]+)%s*:%s*([^;]+)") do
    found[name:lower()] = value:gsub("%s*!important", ""):gsub("^%s+", ""):gsub("%s+$", "")
  end
  return found
end

-- A CSS colour as a typst expression, nil for what has no colour of its own.
local function colour(css)
  if not css then return nil end
  css = css:lower()
  local hex = css:match("^#%x+$")
  if hex then return 'rgb("' .. hex .. '")' end
  local r, g, b, rest = css:match("^rgba?%(%s*(%d+)[%s,]+(%d+)[%s,]+(%d+)(.-)%)$")
  if r then
    local alpha = tonumber((rest:match("([%d.]+)")))
    return string.format("rgb(%s, %s, %s%s)", r, g, b,
      alpha and string.format(", %g%%", alpha * 100) or "")
  end
  if css == "white" or css == "black" then return css end
end

local function is_bold(weight)
  return weight == "bold" or weight == "bolder" or (tonumber(weight) or 0) >= 600
end

local function emphasised(blocks, wrap)
  return pandoc.Blocks(blocks):walk({
    traverse = "topdown",
    Plain = function(plain) return pandoc.Plain({ wrap(plain.content) }), false end,
    Para = function(para) return pandoc.Plain({ wrap(para.content) }), false end,
  })
end

local function dress(cell, row)
  local style = styles(cell.attributes)
  if is_bold(style["font-weight"]) then cell.contents = emphasised(cell.contents, pandoc.Strong) end
  if style["font-style"] == "italic" then cell.contents = emphasised(cell.contents, pandoc.Emph) end
  cell.attr = pandoc.Attr(cell.identifier, cell.classes, {})
  if TYPST then
    cell.attributes["typst:fill"] = colour(style["background-color"] or row["background-color"])
    cell.attributes["typst:text:fill"] = colour(style.color or row.color)
  end
  return cell
end

local function dress_rows(rows)
  for _, row in ipairs(rows) do
    local style = styles(row.attributes)
    row.attr = pandoc.Attr()
    for i, cell in ipairs(row.cells) do row.cells[i] = dress(cell, style) end
  end
end

-- Widths given in pixels, which pandoc's reader leaves out.
local function pixel_widths(html)
  local widths = {}
  for col in html:gmatch("<col[%s/>][^>]*") do
    table.insert(widths, tonumber(col:match("width:%s*([%d.]+)px")))
  end
  return widths
end

-- Characters of table text that a page's width holds, and what a cell's margins take;
-- Word's text is larger and its page narrower.
local LINE, MARGINS = TYPST and 100 or 62, TYPST and 2 or 3

local function longest_word(text)
  local longest = 0
  for word in text:gmatch("%S+") do
    -- In Word, where room is scarce, the wide letters are counted as wide.
    local _, wide = word:gsub("[mwMW]", "")
    longest = math.max(longest, pandoc.text.len(word) + (TYPST and 0 or wide / 2))
  end
  return longest
end

-- Word's columns are narrow: a heading whose words may not part would take the room of the others.
local function parted_headings(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for i, cell in ipairs(row.cells) do
      cell.contents = cell.contents:walk({
        Str = function(str) return pandoc.Str((str.text:gsub("\u{A0}", " "))) end,
      })
      row.cells[i] = cell
    end
  end
end

-- Without given widths a browser lets the text decide. So here: each column first gets room for
-- its longest word, and what is left goes to those whose text would break.
local function text_widths(tbl)
  local least, wanted = {}, {}
  local function measure(rows, heading)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        local text = pandoc.utils.stringify(cell.contents)
        local word = longest_word(text) + MARGINS
        least[i] = math.max(least[i] or 6, word)
        local length = heading and word or math.min(pandoc.text.len(text) + MARGINS, 36)
        wanted[i] = math.max(wanted[i] or 6, length, word)
      end
    end
  end
  measure(tbl.head.rows, true)
  for _, body in ipairs(tbl.bodies) do measure(body.body, false) end
  local needed, missing = 0, 0
  for i in ipairs(wanted) do
    needed, missing = needed + least[i], missing + wanted[i] - least[i]
  end
  local share = missing > 0 and math.max(0, math.min(1, (LINE - needed) / missing)) or 0
  local widths = {}
  for i in ipairs(wanted) do widths[i] = least[i] + share * (wanted[i] - least[i]) end
  return widths
end

local function set_widths(tbl, html)
  local widths, total = html:find("<col[%s/>]") and pixel_widths(html) or text_widths(tbl), 0
  if #widths ~= #tbl.colspecs then return end
  for _, width in ipairs(widths) do total = total + width end
  local specs = tbl.colspecs
  for i, width in ipairs(widths) do specs[i] = { specs[i][1], width / total } end
  tbl.colspecs = specs
end

-- The last group of footer rows (notes and sources) spans the table; as text it reads better.
local function notes_of(tbl)
  local notes = pandoc.Blocks({})
  for _, row in ipairs(tbl.foot.rows) do
    for _, cell in ipairs(row.cells) do notes:extend(cell.contents) end
  end
  tbl.foot = pandoc.TableFoot()
  if #notes == 0 then return {} end
  if not TYPST then return notes end
  notes:insert(1, pandoc.RawBlock("typst", "#text(size: 0.85em)["))
  notes:insert(pandoc.RawBlock("typst", "]"))
  return notes
end

local function converted(html)
  return pandoc.read(html, "html").blocks:walk({
    Table = function(tbl)
      if not TYPST then parted_headings(tbl) end
      set_widths(tbl, html)
      dress_rows(tbl.head.rows)
      for _, body in ipairs(tbl.bodies) do
        dress_rows(body.head)
        dress_rows(body.body)
      end
      tbl.attr = pandoc.Attr()
      tbl.caption = pandoc.Caption({})
      local notes = notes_of(tbl)
      local result = pandoc.Blocks({ tbl })
      result:extend(notes)
      return result
    end,
    Div = function(div) return div.content end,
  })
end

function RawBlock(block)
  if block.format:match("^html") and block.text:find("<table[%s>]") then
    return converted(block.text)
  end
end

-- Quarto marks every table so: its number and caption belong to the float around it.
local function without_figure(tbl)
  if TYPST then tbl.classes:insert("typst:no-figure") end
  return tbl
end

return { { RawBlock = RawBlock }, { Table = without_figure } }
